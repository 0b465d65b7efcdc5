namespace Basalt.Engine;

/// <summary>How a database is opened. Validated once, by <see cref="Database.Open"/>.</summary>
public sealed record DatabaseOptions
{
    /// <summary>What a write without an explicit durability survives. <see cref="Basalt.Engine.Durability.Sync"/> unless told.</summary>
    public Durability Durability { get; init; } = Durability.Sync;

    /// <summary>Whether a missing database is created; otherwise opening it fails.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>Bytes of one memtable; it is flushed when full. 64 KiB to 1 GiB, 64 MiB unless told.</summary>
    public long MemtableBytes { get; init; } = 64L << 20;

    /// <summary>Memtables that may wait for their flush before writers are stopped. 1 to 16, 2 unless told.</summary>
    public int MaxSealedMemtables { get; init; } = 2;

    /// <summary>Bytes of the cache of decompressed blocks. 0 to 1 TiB, 256 MiB unless told.</summary>
    public long BlockCacheBytes { get; init; } = 256L << 20;

    /// <summary>Target bytes of a data block before compression. 512 to 1 MiB, 4 KiB unless told.</summary>
    public int BlockBytes { get; init; } = 4096;

    /// <summary>Codec of data blocks. LZ4 unless told.</summary>
    public CompressionKind Compression { get; init; } = CompressionKind.Lz4;

    /// <summary>Bloom filter bits per key. 0 (none) to 32, 10 unless told.</summary>
    public int FilterBitsPerKey { get; init; } = 10;

    /// <summary>Target bytes of one segment of level 1 and below. 64 KiB to 64 GiB, 64 MiB unless told.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Target bytes of level 1; each level below takes ten times more. 64 KiB to 1 TiB, 256 MiB unless told.</summary>
    public long LevelBaseBytes { get; init; } = 256L << 20;

    /// <summary>Level-0 segments of a keyspace that start a compaction. 2 to 64, 4 unless told.</summary>
    public int Level0CompactionTrigger { get; init; } = 4;

    /// <summary>Level-0 segments of a keyspace at which writers are stopped until compaction caught up. 4 to 1,024, 36 unless told.</summary>
    public int Level0StopTrigger { get; init; } = 36;

    /// <summary>
    /// Bytes that leases alone may keep on disk. A snapshot that finds more held already is refused. 0 (no lease at all) to no limit, which is the default.
    /// </summary>
    public long MaxLeasedBytes { get; init; } = long.MaxValue;

    /// <summary>Clock of lease expiry, for tests. The system's unless told.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told of what an operator may want to know. Called on background threads; must return at once and not throw. None unless told.
    /// </summary>
    public Action<DatabaseEvent>? OnEvent { get; init; }

    internal Storage.IFileSystem? FileSystem { get; init; }

    internal Compaction.IBackgroundExecutor BackgroundExecutor { get; init; } = Compaction.BackgroundThreads.Instance;

    internal void Validate()
    {
        Check(nameof(Durability), (long)Durability, 0, (long)Durability.Sync);
        Check(nameof(Compression), (long)Compression, 0, (long)CompressionKind.Lz4);
        Check(nameof(MemtableBytes), MemtableBytes, 64 << 10, 1 << 30);
        Check(nameof(MaxSealedMemtables), MaxSealedMemtables, 1, 16);
        Check(nameof(BlockCacheBytes), BlockCacheBytes, 0, 1L << 40);
        Check(nameof(BlockBytes), BlockBytes, 512, 1 << 20);
        Check(nameof(FilterBitsPerKey), FilterBitsPerKey, 0, 32);
        Check(nameof(SegmentBytes), SegmentBytes, 64 << 10, 64L << 30);
        Check(nameof(LevelBaseBytes), LevelBaseBytes, 64 << 10, 1L << 40);
        Check(nameof(Level0CompactionTrigger), Level0CompactionTrigger, 2, 64);
        Check(nameof(Level0StopTrigger), Level0StopTrigger, Math.Max(4, Level0CompactionTrigger), 1024);
        Check(nameof(MaxLeasedBytes), MaxLeasedBytes, 0, long.MaxValue);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }

    private static void Check(string option, long value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
        {
            throw new ArgumentOutOfRangeException(option, value, $"DatabaseOptions.{option} takes {lowest} to {highest}.");
        }
    }
}
