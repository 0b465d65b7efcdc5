using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary>All runs of one case on one store.</summary>
internal sealed class Measurement(string workload, string name, string store)
{
    private readonly List<LoadResult> _runs = [];

    public string Workload => workload;

    public string Case => name;

    public string Store => store;

    public IReadOnlyList<LoadResult> Runs => _runs;

    public Spread Throughput => Spread.Of(_runs.Select(run => run.EntriesPerSecond));

    /// <summary>The spread of one percentile over the runs, in nanoseconds.</summary>
    public Spread Percentile(double percent) => Spread.Of(_runs.Select(run => (double)run.Latency.Percentile(percent)));

    /// <summary>The spread of the longest call of each run, in nanoseconds.</summary>
    public Spread Longest() => Spread.Of(_runs.Select(run => (double)run.Latency.Max));

    public LatencyHistogram Merged()
    {
        LatencyHistogram merged = new();
        foreach (LoadResult run in _runs)
        {
            merged.Add(run.Latency);
        }

        return merged;
    }

    public void Add(LoadResult run) => _runs.Add(run);
}
