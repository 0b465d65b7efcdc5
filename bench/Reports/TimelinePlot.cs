using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary>Latency over time of one run, with what happened meanwhile.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Case">Its case.</param>
/// <param name="Store">The store.</param>
/// <param name="Timeline">Latencies.</param>
/// <param name="Spans">Phases to shade.</param>
internal sealed record TimelinePlot(string Workload, string Case, string Store, LatencyTimeline Timeline, IReadOnlyList<TimelineSpan> Spans);
