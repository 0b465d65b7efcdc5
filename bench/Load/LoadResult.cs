namespace Basalt.Bench.Load;

/// <summary>What one run measured.</summary>
/// <param name="Entries">Entries read or written by all threads.</param>
/// <param name="Elapsed">From the start of the first thread to the end of the last.</param>
/// <param name="Latency">Latency of each call.</param>
internal sealed record LoadResult(long Entries, TimeSpan Elapsed, LatencyHistogram Latency)
{
    /// <summary>Total time for which the garbage collector stopped all threads; of closed loops only.</summary>
    public TimeSpan GcPauses { get; init; }

    /// <summary>What the run took of the machine; null if nobody looked.</summary>
    public RunCost? Cost { get; init; }

    public double EntriesPerSecond => Entries / Elapsed.TotalSeconds;
}
