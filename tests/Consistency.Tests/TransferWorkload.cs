using System.Buffers.Binary;
using Basalt.Engine;

namespace Basalt.Consistency.Tests;

/// <summary>
/// Writers whose every batch keeps invariants that a wrong cut would break: money moves between accounts in different keyspaces and
/// the total stays; each writer counts its batches in one keyspace and appends an entry for each count in another.
/// </summary>
internal sealed class TransferWorkload
{
    public const int Accounts = 64;
    public const long OpeningBalance = 1000;

    private readonly Database _database;
    private readonly Keyspace _left;
    private readonly Keyspace _right;
    private readonly Keyspace _counters;
    private readonly Keyspace _entries;
    private readonly long[] _acknowledged;
    private readonly Lock[] _accountLocks = [.. Enumerable.Range(0, Accounts).Select(_ => new Lock())];

    public TransferWorkload(Database database, int writers)
    {
        _database = database;
        IReadOnlyList<Keyspace> keyspaces = database.CreateKeyspaces(["left", "right", "counters", "entries"]);
        (_left, _right, _counters, _entries) = (keyspaces[0], keyspaces[1], keyspaces[2], keyspaces[3]);
        _acknowledged = new long[writers];
        WriteBatch opening = new();
        for (int account = 0; account < Accounts; account++)
        {
            opening.Put(_left, Number(account), Number(OpeningBalance));
            opening.Put(_right, Number(account), Number(OpeningBalance));
        }

        database.Write(opening);
    }

    /// <summary>Batches of each writer that were acknowledged so far.</summary>
    public long[] Acknowledged() => [.. _acknowledged.Select((_, writer) => Volatile.Read(ref _acknowledged[writer]))];

    /// <summary>Writes until told to stop.</summary>
    public void Run(int writer, int seed, int batches, CancellationToken stop)
    {
        Random random = new(seed);
        WriteBatch batch = new();
        for (long count = 1; count <= batches && !stop.IsCancellationRequested; count++)
        {
            int account = random.Next(Accounts);
            lock (_accountLocks[account])
            {
                long amount = random.Next(1, 50);
                batch.Clear();
                batch.Put(_left, Number(account), Number(Balance(_left, account) - amount));
                batch.Put(_right, Number(account), Number(Balance(_right, account) + amount));
                batch.Put(_counters, Number(writer), Number(count));
                batch.Put(_entries, EntryKey(writer, count), new byte[random.Next(200)]);
                _database.Write(batch);
            }

            Volatile.Write(ref _acknowledged[writer], count);
        }
    }

    /// <summary>Checks every invariant of a restored state.</summary>
    /// <param name="restored">A database that holds nothing but the restored keyspaces.</param>
    /// <param name="before">What was acknowledged before the snapshot was asked for: all of it must be in.</param>
    /// <param name="after">What was acknowledged after the snapshot was there: nothing much later may be in.</param>
    public static void Check(Database restored, long[] before, long[] after)
    {
        Keyspace left = restored.FindKeyspace("left")!;
        Keyspace right = restored.FindKeyspace("right")!;
        for (int account = 0; account < Accounts; account++)
        {
            Assert.Equal(2 * OpeningBalance, Read(restored, left, account) + Read(restored, right, account));
        }

        Keyspace counters = restored.FindKeyspace("counters")!;
        Keyspace entries = restored.FindKeyspace("entries")!;
        for (int writer = 0; writer < before.Length; writer++)
        {
            long count = Read(restored, counters, writer);

            // One batch may be on its way when the snapshot is taken, acknowledged only afterwards.
            Assert.InRange(count, before[writer], after[writer] + 1);
            using DatabaseIterator writersEntries = restored.Scan(entries, ScanRange.Prefix(Number(writer)));
            for (long expected = 1; expected <= count; expected++)
            {
                Assert.True(writersEntries.MoveNext(), $"Writer {writer} counted to {count}, but entry {expected} is missing.");
                Assert.True(writersEntries.Key.SequenceEqual(EntryKey(writer, expected)));
            }

            Assert.False(writersEntries.MoveNext(), $"Writer {writer} counted to {count}, but there are more entries.");
        }
    }

    private long Balance(Keyspace keyspace, int account) => Read(_database, keyspace, account);

    private static long Read(Database database, Keyspace keyspace, long key) =>
        database.Get(keyspace, Number(key)) is { } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;

    private static byte[] Number(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] EntryKey(int writer, long count) => [.. Number(writer), .. Number(count)];
}
