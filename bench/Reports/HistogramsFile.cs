using System.Text.Json.Nodes;
using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary><c>histograms.json</c>: every run's figures and the histogram of all runs of a case, one case a line.</summary>
internal static class HistogramsFile
{
    public static string Format(ReportData report)
    {
        IEnumerable<string> lines = report.Measurements.Select(Describe).Concat(report.Figures.Select(Describe))
            .Select(entry => entry.ToJsonString(JsonFormat.Compact));
        return $"[\n{string.Join(",\n", lines)}\n]\n";
    }

    private static JsonObject Describe(Measurement measurement) => new()
    {
        ["workload"] = measurement.Workload,
        ["case"] = measurement.Case,
        ["store"] = measurement.Store,
        ["runs"] = new JsonArray([.. measurement.Runs.Select(Describe)]),
        ["buckets_ns_count"] = new JsonArray(
            [.. measurement.Merged().Buckets().Select(bucket => (JsonNode)new JsonArray(bucket.Value, bucket.Count))]),
    };

    private static JsonNode Describe(LoadResult run)
    {
        JsonObject entry = new()
        {
            ["entries"] = run.Entries,
            ["seconds"] = Math.Round(run.Elapsed.TotalSeconds, 6),
            ["p50_ns"] = run.Latency.Percentile(50),
            ["p99_ns"] = run.Latency.Percentile(99),
            ["p999_ns"] = run.Latency.Percentile(99.9),
            ["max_ns"] = run.Latency.Max,
            ["gc_pause_ms"] = Math.Round(run.GcPauses.TotalMilliseconds, 3),
        };
        if (run.Cost is { } cost)
        {
            entry["written_bytes"] = cost.WrittenBytes;
            entry["data_bytes"] = cost.DataBytes;
            entry["log_bytes"] = cost.LogBytes;
        }

        return entry;
    }

    private static JsonObject Describe(Figure figure) => new()
    {
        ["workload"] = figure.Workload,
        ["case"] = figure.Case,
        ["store"] = figure.Store,
        ["figure"] = figure.Name,
        ["unit"] = figure.Unit.ToString(),
        ["runs"] = new JsonArray([.. figure.Values.Select(value => (JsonNode)Math.Round(value, 4))]),
    };
}
