namespace Basalt.Bench.Reports;

/// <summary>A phase on a time axis, in seconds from the start of the load.</summary>
internal readonly record struct TimelineSpan(string Name, double From, double To);
