namespace Basalt.Bench.Load;

/// <summary>What one run measured.</summary>
/// <param name="Entries">Entries read or written by all threads.</param>
/// <param name="Elapsed">From the start of the first thread to the end of the last.</param>
/// <param name="Latency">Latency of each call.</param>
internal sealed record LoadResult(long Entries, TimeSpan Elapsed, LatencyHistogram Latency)
{
    public double EntriesPerSecond => Entries / Elapsed.TotalSeconds;
}
