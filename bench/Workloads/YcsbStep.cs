namespace Basalt.Bench.Workloads;

/// <summary>One prepared call of a <see cref="YcsbOperation"/>.</summary>
internal readonly record struct YcsbStep(YcsbAction Action, int ScanLength);
