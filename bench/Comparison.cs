using Basalt.Bench.Reports;
using Basalt.Bench.Reports.Goals;
using Basalt.Bench.Reports.Plots;
using Basalt.Bench.Workloads;

namespace Basalt.Bench;

/// <summary>One run of the benchmark.</summary>
/// <param name="scale">How much each workload does.</param>
/// <param name="only">Names of the workloads to run; empty runs all.</param>
/// <param name="output">Folder for the report; null leaves the choice to <see cref="ResultsFolder"/>.</param>
internal sealed class Comparison(BenchScale scale, IReadOnlyList<string> only, string? output)
{
    private readonly ReportData _report = new();

    /// <summary>All workloads, in the order of their run. Those that share loaded stores stand together.</summary>
    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        new MachineWorkload(), new PutsWorkload(), new GetsWorkload(), new ScansWorkload(), new ReadWhileWritingWorkload(), new YcsbWorkload(), new OverwriteWorkload(),
        new OpenWorkload(), new CutWorkload(), new BackupWorkload(), new WriteDuringBackupWorkload(),
    ];

    /// <summary>Runs, reports, and tells whether every goal that was measured is met.</summary>
    public bool Run(string data)
    {
        string folder = Path.Combine(Path.GetFullPath(data), $"basalt-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            using BenchContext context = new(scale, folder, _report);
            Warmup.Run(context);
            foreach (Workload workload in Workloads.Where(each => only.Count == 0 || only.Contains(each.Name)))
            {
                RunWorkload(context, workload);
            }

            return Report(context, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void RunWorkload(BenchContext context, Workload workload)
    {
        if (!workload.UsesReadStores)
        {
            context.ReleaseReadStores();
        }

        CostMeter cost = new();
        workload.Run(context);
        _report.AddCost(cost.Read(workload.Name));
        Console.WriteLine();
        Print(MeasurementTable.Header, [.. MeasurementTable.Rows(_report, workload.Name)]);
        Print(FigureTable.Header, [.. FigureTable.Rows(_report, workload.Name)]);
    }

    private static void Print(string[] header, string[][] rows)
    {
        if (rows.Length > 0)
        {
            Console.WriteLine(TextTable.Format(header, rows));
        }
    }

    private bool Report(BenchContext context, string dataFolder)
    {
        IReadOnlyList<Goal> goals = new GoalTable(_report, scale).Evaluate();
        Goal[] measured = [.. goals.Where(goal => goal.IsMeasured)];
        if (measured.Length > 0)
        {
            Console.WriteLine(MarkdownReport.FormatGoals(measured));
        }

        if (ResultsFolder() is { } results)
        {
            IReadOnlyList<Plot> plots = PlotSet.Draw(_report);
            string markdown = MarkdownReport.Format(_report, scale, MachineDescription.Describe(dataFolder), context.Stores, Workloads, goals, plots);
            ReportFolder.Write(results, _report, markdown, goals, plots);
            context.Say($"report in {results}");
        }

        return measured.All(goal => goal.IsMet);
    }

    /// <summary>A part of the workloads must not replace the report of all.</summary>
    private string? ResultsFolder()
    {
        if (output is not null)
        {
            return Path.GetFullPath(output);
        }

        DirectoryInfo? repository = new(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "Engine.sln")))
        {
            repository = repository.Parent;
        }

        return only.Count > 0 || scale == BenchScale.Smoke || repository is null ? null : Path.Combine(repository.FullName, "bench", "results");
    }
}
