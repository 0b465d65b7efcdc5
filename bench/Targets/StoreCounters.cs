namespace Basalt.Bench.Targets;

/// <summary>Counters of a store since it was opened.</summary>
/// <param name="FlushBytes">Bytes that flushes wrote.</param>
/// <param name="CompactionBytes">Bytes that compactions wrote.</param>
/// <param name="LogBytes">Bytes appended to the log.</param>
/// <param name="StallTime">Time that writers were stopped or slowed.</param>
internal sealed record StoreCounters(long FlushBytes, long CompactionBytes, long LogBytes, TimeSpan StallTime);
