using Basalt.Bench.Load;

namespace Basalt.Bench.Soak;

/// <summary>What was seen in a part of a run.</summary>
internal sealed class SoakWindow
{
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latencies = new();

    /// <summary>When it began, in seconds of the run.</summary>
    public required double Start { get; init; }

    public long ResidentBytes { get; set; }

    public long ManagedBytes { get; set; }

    public int OpenFiles { get; set; }

    public int Leases { get; set; }

    public int Backups { get; set; }

    public long Requests => _latencies.Count;

    /// <summary>In milliseconds.</summary>
    public double Percentile(double percent) => _latencies.Percentile(percent) / 1e6;

    public void Record(long nanoseconds)
    {
        lock (_lock)
        {
            _latencies.Record(nanoseconds);
        }
    }
}
