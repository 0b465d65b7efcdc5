namespace Basalt.Bench.Reports;

/// <summary>Measurements of one workload as rows: medians over the runs, and throughput as a ratio of the peer named.</summary>
internal static class MeasurementTable
{
    public const string Peer = "RocksDB";

    public static readonly string[] Header = ["case", "store", "runs", "throughput", "min..max", "of RocksDB", "p50", "p99", "p99.9", "max"];

    public static IEnumerable<string[]> Rows(ReportData report, string workload)
    {
        foreach (Measurement each in report.Measurements.Where(each => each.Workload == workload))
        {
            Spread throughput = each.Throughput;
            double peer = report.Find(workload, each.Case, Peer)?.Throughput.Median ?? double.NaN;
            yield return
            [
                each.Case, each.Store, $"{each.Runs.Count}", Figures.Rate(throughput.Median),
                $"{Figures.Rate(throughput.Min)} .. {Figures.Rate(throughput.Max)}", Figures.Ratio(throughput.Median / peer),
                Figures.Duration(each.Percentile(50).Median), Figures.Duration(each.Percentile(99).Median),
                Figures.Duration(each.Percentile(99.9).Median), Figures.Duration(each.Longest().Median),
            ];
        }
    }
}
