using Basalt.Bench.Load;

namespace Basalt.Bench.Reports.Plots;

/// <summary>One line of a <see cref="PercentileDrawing"/>.</summary>
internal sealed record PercentileCurve(string Name, string Color, string? Dashes, LatencyHistogram Latency);
