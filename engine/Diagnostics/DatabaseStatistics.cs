namespace Basalt.Engine;

/// <summary>Counters since open and sizes now.</summary>
public sealed record DatabaseStatistics
{
    /// <summary>Operations written (puts and deletes).</summary>
    public required long Writes { get; init; }

    /// <summary>Bytes appended to the log.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Syncs of the log.</summary>
    public required long LogSyncs { get; init; }

    /// <summary>How long the syncs of the log took.</summary>
    public required DurationDistribution LogSyncTimes { get; init; }

    /// <summary>Memtables flushed.</summary>
    public required long Flushes { get; init; }

    /// <summary>Bytes that flushes wrote.</summary>
    public required long FlushBytes { get; init; }

    /// <summary>Compactions finished.</summary>
    public required long Compactions { get; init; }

    /// <summary>Bytes that compactions wrote.</summary>
    public required long CompactionBytes { get; init; }

    /// <summary>Times that writers were stopped.</summary>
    public required long Stalls { get; init; }

    /// <summary>Total time that writers were stopped.</summary>
    public required TimeSpan StallTime { get; init; }

    /// <summary>Bytes of memtables, active and sealed.</summary>
    public required long MemtableBytes { get; init; }

    /// <summary>Full memtables that wait for their flush.</summary>
    public required int SealedMemtables { get; init; }

    /// <summary>Segments in the newest version.</summary>
    public required int Segments { get; init; }

    /// <summary>Bytes of segments in the newest version.</summary>
    public required long SegmentBytes { get; init; }

    /// <summary>Bytes in the block cache.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Block cache hits.</summary>
    public required long CacheHits { get; init; }

    /// <summary>Block cache misses.</summary>
    public required long CacheMisses { get; init; }

    /// <summary>Bytes that only leases keep on disk.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Whether background work waits for disk space; writers are refused once they would have to wait for it.</summary>
    public required bool IsOutOfSpace { get; init; }
}
