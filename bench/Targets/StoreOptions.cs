using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>What a workload may choose; everything else is fixed by the store's kind, the same for all peers.</summary>
internal sealed record StoreOptions
{
    public const long DefaultMemtableBytes = 64L << 20;

    public const long DefaultCacheBytes = 256L << 20;

    public Durability Durability { get; init; } = Durability.Buffered;

    public long CacheBytes { get; init; } = DefaultCacheBytes;

    public long MemtableBytes { get; init; } = DefaultMemtableBytes;

    public long SegmentBytes { get; init; } = 64L << 20;

    public long LevelBaseBytes { get; init; } = 256L << 20;

    /// <summary>A tree with the shape that the default makes of so many times the data, to see many levels with little of it.</summary>
    public static StoreOptions Scaled(int divisor) => new()
    {
        CacheBytes = DefaultCacheBytes / divisor,
        MemtableBytes = DefaultMemtableBytes / divisor,
        SegmentBytes = (64L << 20) / divisor,
        LevelBaseBytes = (256L << 20) / divisor,
    };
}
