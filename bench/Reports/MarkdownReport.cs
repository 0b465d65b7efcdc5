using System.Globalization;
using System.Text;
using Basalt.Bench.Reports.Goals;
using Basalt.Bench.Reports.Plots;
using Basalt.Bench.Targets;
using Basalt.Bench.Workloads;

namespace Basalt.Bench.Reports;

/// <summary><c>report.md</c>.</summary>
internal static class MarkdownReport
{
    private static readonly string[] GoalHeader = ["what", "condition", "goal", "Basalt", "RocksDB", "met"];
    private static readonly string[] CostHeader = ["workload", "time", "written", "peak resident memory", "GC pauses", "collections"];

    public static string Format(
        ReportData report,
        BenchScale scale,
        IReadOnlyList<(string Name, string Value)> machine,
        IReadOnlyList<IStoreKind> stores,
        IReadOnlyList<Workload> workloads,
        IReadOnlyList<Goal> goals,
        IReadOnlyList<Plot> plots)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# Basalt beside RocksDB and SQLite\n\nScale `{scale.Name}`, {DateTime.UtcNow:yyyy-MM-dd}. How it is measured: [bench/README.md](../README.md). ");
        text.Append("Runs alternate between the stores. Figures are medians over the runs, as many as the tables say: each percentile and each longest call (\"max\") is taken in each "
            + "run by itself, and the median of those is shown.\n\n");
        AppendGoals(text, goals);
        AppendMachine(text, machine, stores);
        foreach (Workload workload in workloads)
        {
            AppendWorkload(text, report, workload, plots);
        }

        text.Append("## What it took\n\nAll stores run in one process, so memory and collections are of all of them together.\n\n")
            .Append(TextTable.Format(CostHeader, report.Costs.Select(Describe)));
        return text.ToString();
    }

    /// <summary>The goals as rows, one for each condition.</summary>
    public static string FormatGoals(IReadOnlyList<Goal> goals) => TextTable.Format(
        GoalHeader,
        goals.SelectMany(goal => goal.Criteria.Select((criterion, i) => (string[])
        [
            i == 0 ? goal.Name : "", criterion.Name, criterion.GoalText, criterion.ValueText, criterion.PeerText, criterion.IsMet ? "yes" : "**no**",
        ])));

    private static void AppendGoals(StringBuilder text, IReadOnlyList<Goal> goals) => text
        .Append(CultureInfo.InvariantCulture, $"## Goals: {goals.Count(goal => goal.IsMet)} of {goals.Count} met\n\n")
        .Append("A goal is met when all its conditions are. Each rests on five runs or more of both stores, but for two: the steady overwrite on three at the quick scale, the pause at the cut on one run of 100 cuts for each row.\n\n")
        .Append(FormatGoals(goals))
        .Append('\n');

    private static void AppendMachine(StringBuilder text, IReadOnlyList<(string Name, string Value)> machine, IReadOnlyList<IStoreKind> stores)
    {
        text.Append("## Machine and settings\n\n");
        foreach ((string name, string value) in machine)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");
        }

        foreach (IStoreKind store in stores)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {store.Name} {store.Version}: {string.Join("; ", store.Settings)}\n");
        }

        text.Append('\n');
    }

    private static void AppendWorkload(StringBuilder text, ReportData report, Workload workload, IReadOnlyList<Plot> plots)
    {
        string[][] measurements = [.. MeasurementTable.Rows(report, workload.Name)];
        string[][] costs = [.. CostTable.Rows(report, workload.Name)];
        string[][] figures = [.. FigureTable.Rows(report, workload.Name)];
        if (measurements.Length + figures.Length == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"## {workload.Name}\n\n{workload.Description}\n\n");
        foreach (Plot plot in plots.Where(plot => plot.Workload == workload.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"![{plot.Title}]({plot.FileName})\n\n");
        }

        if (measurements.Length > 0)
        {
            text.Append(TextTable.Format(MeasurementTable.Header, measurements)).Append('\n');
        }

        if (costs.Length > 0)
        {
            text.Append(TextTable.Format(CostTable.Header, costs)).Append('\n');
        }

        if (figures.Length > 0)
        {
            text.Append(TextTable.Format(FigureTable.Header, figures)).Append('\n');
        }
    }

    private static string[] Describe(WorkloadCost cost) =>
    [
        cost.Workload, Figures.Duration(cost.Time.TotalNanoseconds), Figures.Bytes(cost.WrittenBytes), Figures.Bytes(cost.PeakResidentBytes),
        Figures.Duration(cost.GcPauses.TotalNanoseconds), $"{cost.Collections}",
    ];
}
