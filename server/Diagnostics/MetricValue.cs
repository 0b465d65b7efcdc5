namespace Basalt.Server.Diagnostics;

/// <summary>What was measured of one series.</summary>
/// <param name="Sum">The sum of its measurements; of an observed one the last.</param>
/// <param name="Count">How many there were.</param>
internal readonly record struct MetricValue(double Sum, long Count);
