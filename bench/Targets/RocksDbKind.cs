namespace Basalt.Bench.Targets;

/// <summary>RocksDB through its C interface, tuned to the same memory, blocks, filter, compression and background threads as Basalt.</summary>
internal sealed class RocksDbKind : IStoreKind
{
    public string Name => "RocksDB";

    public string Version => RocksDbNative.Library.Replace("librocksdb.so.", "", StringComparison.Ordinal);

    public IReadOnlyList<string> Settings { get; } =
    [
        "memtable 64 MiB, 3 at most", "full bloom filter 10 bits/key", "LRU block cache 256 MiB unless the workload says otherwise", "blocks of 4 KiB, LZ4",
        "max_background_jobs 2, bytes_per_sync 1 MiB, 4 recycled logs; level 0 trigger 4, level 1 256 MiB, files of 64 MiB (its defaults)",
        "log: Buffered is sync=false (one write call per put), Sync is sync=true",
    ];

    public IStore Open(string path, StoreOptions options) => new RocksDbStore(path, options);
}
