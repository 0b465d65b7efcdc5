using Basalt.Bench.Load;
using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>One thread's use of Basalt.</summary>
internal sealed class BasaltSession(Database database, Keyspace keyspace) : IStoreSession
{
    private readonly WriteBatch _batch = new();

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => database.Put(keyspace, key, value);

    public void PutBatch(PreparedKeys keys, long first, int count, ValueSource values)
    {
        _batch.Clear();
        for (long i = first; i < first + count; i++)
        {
            _batch.Put(keyspace, keys[i], values.Next());
        }

        database.Write(_batch);
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> destination) => database.TryGet(keyspace, key, destination, out _);

    public int Scan(ReadOnlySpan<byte> from, int count, Span<byte> destination)
    {
        using DatabaseIterator entries = database.Scan(keyspace);
        entries.Seek(from);
        int seen = 0;
        while (seen < count && entries.MoveNext())
        {
            ScanResult.Take(entries.Key, entries.Value, destination);
            seen++;
        }

        return seen;
    }

    public void Dispose()
    {
    }
}
