namespace Basalt.Bench.Reports;

/// <summary>Figures of one workload as rows: medians over the runs.</summary>
internal static class FigureTable
{
    public static readonly string[] Header = ["case", "store", "figure", "runs", "median", "min..max"];

    public static IEnumerable<string[]> Rows(ReportData report, string workload) =>
        from figure in report.Figures
        where figure.Workload == workload
        let spread = figure.Spread
        select (string[])
        [
            figure.Case, figure.Store, figure.Name, $"{figure.Values.Count}", figure.Format(spread.Median),
            $"{figure.Format(spread.Min)} .. {figure.Format(spread.Max)}",
        ];
}
