using System.Buffers.Binary;
using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>
/// Batches whose traces tell whether all of them arrived, and each one whole: a writer's n-th batch sets its counter to n, adds entry n to
/// two keyspaces, and moves a window of the last entries on in a fourth, where deletions count.
/// </summary>
public sealed class CountedBatches
{
    public const int Window = 8;

    private readonly Database _database;

    public CountedBatches(Database database)
    {
        _database = database;
        Counters = database.GetOrCreateKeyspace("counters");
        Entries = database.GetOrCreateKeyspace("entries");
        Mirror = database.GetOrCreateKeyspace("mirror");
        Recent = database.GetOrCreateKeyspace("recent");
    }

    public Keyspace Counters { get; }

    public Keyspace Entries { get; }

    public Keyspace Mirror { get; }

    public Keyspace Recent { get; }

    public long CountOf(int writer) =>
        _database.Get(Counters, Number(writer)) is { } count ? BinaryPrimitives.ReadInt64BigEndian(count) : 0;

    public void Fill(WriteBatch batch, int writer, long count)
    {
        byte[] key = EntryKey(writer, count);
        byte[] value = ValueOf(writer, count);
        batch.Clear();
        batch.Put(Entries, key, value);
        batch.Put(Mirror, key, value);
        batch.Put(Recent, key, value);
        batch.Delete(Recent, EntryKey(writer, count - Window));
        batch.Put(Counters, Number(writer), Number(count));
    }

    public static byte[] Number(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] EntryKey(int writer, long count) => [.. Number(writer), .. Number(count)];

    /// <summary>Bytes that only this batch has, of a length of its own.</summary>
    public static byte[] ValueOf(int writer, long count)
    {
        byte[] value = new byte[(int)((writer + (7 * count)) % 300)];
        new Random((int)((writer * 1_000_003) + count)).NextBytes(value);
        return value;
    }
}
