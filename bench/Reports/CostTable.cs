using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary>What the runs of one workload cost as rows, for those that were looked at: medians over the runs.</summary>
internal static class CostTable
{
    public static readonly string[] Header = ["case", "store", "runs", "written", "data files", "logs, as allocated", "GC pauses"];

    public static IEnumerable<string[]> Rows(ReportData report, string workload) =>
        from measurement in report.Measurements
        where measurement.Workload == workload
        let costs = measurement.Runs.Select(run => run.Cost).OfType<RunCost>().ToArray()
        where costs.Length > 0
        select (string[])
        [
            measurement.Case, measurement.Store, $"{costs.Length}", Median(costs, cost => cost.WrittenBytes), Median(costs, cost => cost.DataBytes),
            Median(costs, cost => cost.LogBytes), Figures.Duration(Spread.Of(measurement.Runs.Select(run => run.GcPauses.TotalNanoseconds)).Median),
        ];

    private static string Median(RunCost[] costs, Func<RunCost, long> bytes) => Figures.Bytes(Spread.Of(costs.Select(cost => (double)bytes(cost))).Median);
}
