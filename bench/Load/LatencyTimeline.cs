namespace Basalt.Bench.Load;

/// <summary>Latency over time.</summary>
internal sealed record LatencyTimeline(IReadOnlyList<LatencyPoint> Points);
