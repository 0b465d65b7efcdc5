namespace Basalt.Bench.Load;

/// <summary>Latencies in one interval of time.</summary>
/// <param name="Seconds">Its start, from the start of the load.</param>
/// <param name="Median">Median, in nanoseconds.</param>
/// <param name="P99">99th percentile, in nanoseconds.</param>
/// <param name="Max">The longest, in nanoseconds.</param>
internal readonly record struct LatencyPoint(double Seconds, long Median, long P99, long Max);
