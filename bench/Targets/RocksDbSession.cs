using Basalt.Bench.Load;

namespace Basalt.Bench.Targets;

/// <summary>One thread's use of RocksDB.</summary>
internal sealed unsafe class RocksDbSession(nint database, nint writeOptions) : IStoreSession
{
    private readonly nint _readOptions = RocksDbNative.CreateReadOptions();
    private readonly nint _batch = RocksDbNative.CreateBatch();

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        byte* error = null;
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            RocksDbNative.Put(database, writeOptions, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length, &error);
        }

        RocksDbException.ThrowIfSet(error);
    }

    public void PutBatch(PreparedKeys keys, long first, int count, ValueSource values)
    {
        RocksDbNative.ClearBatch(_batch);
        for (long i = first; i < first + count; i++)
        {
            ReadOnlySpan<byte> key = keys[i];
            ReadOnlySpan<byte> value = values.Next();
            fixed (byte* keyBytes = key, valueBytes = value)
            {
                RocksDbNative.BatchPut(_batch, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length);
            }
        }

        byte* error = null;
        RocksDbNative.Write(database, writeOptions, _batch, &error);
        RocksDbException.ThrowIfSet(error);
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        byte* error = null;
        nint slice;
        fixed (byte* keyBytes = key)
        {
            // Pinned: spares the allocation and one copy of rocksdb_get.
            slice = RocksDbNative.GetPinned(database, _readOptions, keyBytes, (nuint)key.Length, &error);
        }

        RocksDbException.ThrowIfSet(error);
        if (slice == 0)
        {
            return false;
        }

        nuint length;
        byte* value = RocksDbNative.PinnedValue(slice, &length);
        new ReadOnlySpan<byte>(value, (int)length).CopyTo(destination);
        RocksDbNative.DestroyPinned(slice);
        return true;
    }

    public int Scan(ReadOnlySpan<byte> from, int count, Span<byte> destination)
    {
        nint iterator = RocksDbNative.CreateIterator(database, _readOptions);
        fixed (byte* keyBytes = from)
        {
            RocksDbNative.IteratorSeek(iterator, keyBytes, (nuint)from.Length);
        }

        int seen = 0;
        while (seen < count && RocksDbNative.IteratorIsValid(iterator) != 0)
        {
            nuint keyLength;
            nuint valueLength;
            byte* key = RocksDbNative.IteratorKey(iterator, &keyLength);
            byte* value = RocksDbNative.IteratorValue(iterator, &valueLength);
            ScanResult.Take(new ReadOnlySpan<byte>(key, (int)keyLength), new ReadOnlySpan<byte>(value, (int)valueLength), destination);
            RocksDbNative.IteratorNext(iterator);
            seen++;
        }

        RocksDbNative.DestroyIterator(iterator);
        return seen;
    }

    public void Dispose()
    {
        RocksDbNative.DestroyBatch(_batch);
        RocksDbNative.DestroyReadOptions(_readOptions);
    }
}
