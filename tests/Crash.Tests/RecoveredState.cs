using Basalt.Crash.Writer;
using Basalt.Engine;

namespace Basalt.Crash.Tests;

/// <summary>Checks what a database holds after a crash, or what was restored from a lease.</summary>
internal static class RecoveredState
{
    /// <summary>
    /// Each writer's batches are a prefix of those it wrote, nothing that was acknowledged is missing, and each batch is whole: all
    /// keyspaces tell of the same count.
    /// </summary>
    public static void Verify(Database database, IReadOnlyList<long> acknowledged)
    {
        for (int writer = 0; writer < acknowledged.Count; writer++)
        {
            long count = database.FindKeyspace("counters") is null ? 0 : new CountedBatches(database).CountOf(writer);
            Assert.True(count >= acknowledged[writer], $"Writer {writer} was told that batch {acknowledged[writer]} is safe; the database ends at {count}.");
            if (count > 0)
            {
                CountedBatches batches = new(database);
                VerifyEntries(database, batches.Entries, writer, 1, count);
                VerifyEntries(database, batches.Mirror, writer, 1, count);
                VerifyEntries(database, batches.Recent, writer, Math.Max(1, count - CountedBatches.Window + 1), count);
            }
        }
    }

    /// <summary>A keyspace has these entries of a writer, and no others.</summary>
    public static void VerifyEntries(Database database, Keyspace keyspace, int writer, long first, long last)
    {
        using DatabaseIterator entries = database.Scan(keyspace, ScanRange.Prefix(CountedBatches.Number(writer)));
        for (long count = first; count <= last; count++)
        {
            Assert.True(entries.MoveNext(), $"Writer {writer} counted to {last}; '{keyspace}' ends before {count}.");
            Assert.True(entries.Key.SequenceEqual(CountedBatches.EntryKey(writer, count)), $"'{keyspace}' of writer {writer} has a hole at {count}.");
            Assert.True(entries.Value.SequenceEqual(CountedBatches.ValueOf(writer, count)), $"Entry {count} of writer {writer} in '{keyspace}' has other bytes.");
        }

        Assert.False(entries.MoveNext(), $"Writer {writer} counted to {last}; '{keyspace}' holds more.");
    }
}
