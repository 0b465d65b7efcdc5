namespace Basalt.Bench.Targets;

/// <summary>Native options of one RocksDB database and the cache they own.</summary>
internal sealed class RocksDbOptions : IDisposable
{
    private readonly nint _cache;

    public RocksDbOptions(StoreOptions options)
    {
        Handle = RocksDbNative.CreateOptions();
        RocksDbNative.SetCreateIfMissing(Handle, 1);
        RocksDbNative.SetWriteBufferSize(Handle, (nuint)options.MemtableBytes);
        RocksDbNative.SetTargetFileSize(Handle, (ulong)options.SegmentBytes);
        RocksDbNative.SetLevelBaseBytes(Handle, (ulong)options.LevelBaseBytes);
        RocksDbNative.SetMaxWriteBufferNumber(Handle, 3);
        RocksDbNative.SetMaxBackgroundJobs(Handle, 2);
        RocksDbNative.SetCompression(Handle, RocksDbNative.Lz4Compression);
        RocksDbNative.SetBytesPerSync(Handle, 1 << 20);
        RocksDbNative.SetRecycleLogFiles(Handle, 4);

        // Takes the table options' content, filter policy included.
        nint table = RocksDbNative.CreateTableOptions();
        _cache = RocksDbNative.CreateLruCache((nuint)options.CacheBytes);
        RocksDbNative.SetBlockSize(table, 4096);
        RocksDbNative.SetBlockCache(table, _cache);
        RocksDbNative.SetFilterPolicy(table, RocksDbNative.CreateBloomFilter(10));
        RocksDbNative.SetBlockBasedTable(Handle, table);
        RocksDbNative.DestroyTableOptions(table);
    }

    public nint Handle { get; }

    public void Dispose()
    {
        RocksDbNative.DestroyOptions(Handle);
        RocksDbNative.DestroyCache(_cache);
    }
}
