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
}
