using Basalt.Bench.Workloads;

namespace Basalt.Bench.Reports.Plots;

/// <summary>The plots of a report: which there are, and what each shows.</summary>
internal static class PlotSet
{
    /// <summary>Workloads whose throughput is shown as bars.</summary>
    private static readonly string[] ThroughputWorkloads = ["puts", "gets", "scans", "ycsb"];

    public static IReadOnlyList<Plot> Draw(ReportData report) => [.. Timelines(report), .. DuringBackup(report), .. Puts(report), .. Bars(report)];

    private static IEnumerable<Plot> Timelines(ReportData report) =>
        from plot in report.Timelines
        group plot by (plot.Workload, plot.Case) into stores
        let title = $"Writes at {stores.Key.Case} while things go on in the background: latency of each 50 ms"
        select new Plot(stores.Key.Workload, $"timeline-{FileName(stores.Key.Case)}.svg", title, TimelineDrawing.Draw(title, [.. stores]));

    private static IEnumerable<Plot> DuringBackup(ReportData report)
    {
        string[] phases = [BackupPhase.Idle, BackupPhase.Full, BackupPhase.CheckpointCopy, BackupPhase.Copy];
        string?[] dashes = ["3 4", null, "9 4", null];
        foreach (string rate in report.Timelines.Select(plot => plot.Case).Distinct())
        {
            List<PercentileCurve> curves =
            [
                .. from each in report.Measurements
                   where each.Workload == "write-during-backup" && each.Case.StartsWith(rate + ",", StringComparison.Ordinal)
                   let phase = Array.IndexOf(phases, each.Case[(rate.Length + 2)..])
                   where phase >= 0
                   select new PercentileCurve($"{each.Store}, {phases[phase]}", StoreColors.Of(each.Store), dashes[phase], each.Merged()),
            ];
            string title = $"Writes at {rate}: latency idle and during a full backup";
            yield return new Plot("write-during-backup", $"percentiles-{FileName(rate)}.svg", title, PercentileDrawing.Draw(title, curves));
        }
    }

    private static IEnumerable<Plot> Puts(ReportData report)
    {
        List<PercentileCurve> curves =
        [
            .. report.Measurements.Where(each => each.Workload == "puts" && each.Case == PutsWorkload.Random)
                .Select(each => new PercentileCurve(each.Store, StoreColors.Of(each.Store), null, each.Merged())),
        ];
        if (curves.Count > 0)
        {
            string title = $"Latency of puts: {PutsWorkload.Random}";
            yield return new Plot("puts", "percentiles-puts.svg", title, PercentileDrawing.Draw(title, curves));
        }
    }

    private static IEnumerable<Plot> Bars(ReportData report) =>
        from workload in ThroughputWorkloads
        let measurements = report.Measurements.Where(each => each.Workload == workload).ToList()
        where measurements.Count > 0
        let title = $"Throughput: {workload}"
        select new Plot(workload, $"throughput-{workload}.svg", title, BarDrawing.Draw(title, measurements));

    private static string FileName(string rate) => rate.Replace(" ", "", StringComparison.Ordinal).Replace("/s", "", StringComparison.Ordinal);
}
