using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>RocksDB as a target.</summary>
internal sealed unsafe class RocksDbStore : IStore
{
    private readonly RocksDbOptions _options;
    private readonly nint _writeOptions;

    public RocksDbStore(string path, StoreOptions options)
    {
        _options = new RocksDbOptions(options);
        _writeOptions = RocksDbNative.CreateWriteOptions();
        RocksDbNative.SetSync(_writeOptions, options.Durability == Durability.Sync ? (byte)1 : (byte)0);
        RocksDbNative.DisableLog(_writeOptions, options.Durability == Durability.None ? 1 : 0);
        byte* error = null;
        fixed (byte* name = NativeText.Of(path))
        {
            Handle = RocksDbNative.Open(_options.Handle, name, &error);
        }

        RocksDbException.ThrowIfSet(error);
    }

    public nint Handle { get; }

    public IStoreSession OpenSession() => new RocksDbSession(Handle, _writeOptions);

    public void Flush()
    {
        nint options = RocksDbNative.CreateFlushOptions();
        RocksDbNative.SetFlushWait(options, 1);
        byte* error = null;
        RocksDbNative.Flush(Handle, options, &error);
        RocksDbNative.DestroyFlushOptions(options);
        RocksDbException.ThrowIfSet(error);
    }

    public void Compact() => RocksDbNative.CompactRange(Handle, null, 0, null, 0);

    public void Dispose()
    {
        RocksDbNative.Close(Handle);
        RocksDbNative.DestroyWriteOptions(_writeOptions);
        _options.Dispose();
    }
}
