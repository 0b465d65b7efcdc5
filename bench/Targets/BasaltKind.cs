using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>Basalt with its defaults; only the durability is the workload's.</summary>
internal sealed class BasaltKind : IStoreKind
{
    public string Name => "Basalt";

    public string Version => typeof(Database).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    public IReadOnlyList<string> Settings { get; } =
    [
        "memtable 64 MiB, 2 sealed at most", "bloom filter 10 bits/key", "block cache 256 MiB unless the workload says otherwise", "blocks of 4 KiB, LZ4",
        "level 0 trigger 4, level 1 256 MiB, segments of 64 MiB",
        "log: Buffered survives the process being killed, Sync is fdatasync before the acknowledgement",
    ];

    public static DatabaseOptions ToDatabaseOptions(StoreOptions options) => new()
    {
        Durability = options.Durability,
        MemtableBytes = options.MemtableBytes,
        BlockCacheBytes = options.CacheBytes,
        SegmentBytes = options.SegmentBytes,
        LevelBaseBytes = options.LevelBaseBytes,
        BlockBytes = 4096,
        FilterBitsPerKey = 10,
        Compression = CompressionKind.Lz4,
    };

    public IStore Open(string path, StoreOptions options) => new BasaltStore(Database.Open(path, ToDatabaseOptions(options)));
}
