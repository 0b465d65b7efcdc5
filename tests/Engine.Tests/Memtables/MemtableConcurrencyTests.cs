using System.Buffers.Binary;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Memtables;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Tests.Memtables;

/// <summary>Writers and readers at once. Each value repeats its key, so that a half-written node would show.</summary>
public sealed class MemtableConcurrencyTests
{
    private const int Writers = 4;
    private const int PerWriter = 15_000;

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(1_000_000)]
    public void Insert_WhenManyThreadsWrite_ThenEveryEntryIsThereOnceAndInOrder(int distinctKeys)
    {
        using var fixture = new MemtableFixture(32 << 20);

        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer => Write(fixture.Table, writer, distinctKeys));

        List<ModelEntry> flushed = fixture.Flushed();
        Assert.Equal(Writers * PerWriter, fixture.Table.EntryCount);
        Assert.Equal(Writers * PerWriter, flushed.Count);
        Assert.Equal(Writers * PerWriter, flushed.Select(entry => entry.Sequence).Distinct().Count());
        for (int i = 0; i < flushed.Count; i++)
        {
            Assert.True(flushed[i].Key.AsSpan().SequenceEqual(flushed[i].Value.AsSpan(0, 8)));
            Assert.True(i == 0 || flushed[i - 1].CompareTo(flushed[i]) < 0, $"entries {i - 1} and {i} are not in order");
        }

        foreach (ModelEntry entry in flushed)
        {
            var value = default(PinnedValue);
            Assert.Equal(LookupResult.Found, fixture.Table.TryGet(entry.Keyspace, entry.Key, entry.Sequence, ref value));
            Assert.True(value.Span.SequenceEqual(entry.Value));
        }
    }

    [Fact]
    public async Task Read_WhenOthersWrite_ThenEntriesAreWholeSortedAndNeverVanish()
    {
        using var fixture = new MemtableFixture(32 << 20);
        Task[] writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(fixture.Table, writer, 5000))).ToArray();
        Task allWritten = Task.WhenAll(writers);

        Task<int> forward = Task.Run(() => CountUntil(allWritten, fixture.Table, isForward: true));
        Task<int> backward = Task.Run(() => CountUntil(allWritten, fixture.Table, isForward: false));
        await allWritten;

        Assert.Equal(Writers * PerWriter / 2, await forward);
        Assert.Equal(Writers * PerWriter / 2, await backward);
    }

    private static int CountUntil(Task written, Memtable table, bool isForward)
    {
        using InternalIterator iterator = table.CreateIterator(0);
        int previousCount = 0;
        while (true)
        {
            bool isLast = written.IsCompleted;
            int count = isForward ? WalkForward(iterator) : WalkBackward(iterator);
            Assert.True(count >= previousCount, $"{previousCount} entries before, {count} now");
            previousCount = count;
            if (isLast)
            {
                return count;
            }
        }
    }

    private static int WalkForward(InternalIterator iterator)
    {
        int count = 0;
        ulong previous = 0;
        for (iterator.SeekToFirst(); iterator.IsValid; iterator.Next())
        {
            ulong key = AssertWhole(iterator);
            Assert.True(previous <= key);
            previous = key;
            count++;
        }

        return count;
    }

    private static int WalkBackward(InternalIterator iterator)
    {
        int count = 0;
        ulong previous = ulong.MaxValue;
        for (iterator.SeekToLast(); iterator.IsValid; iterator.Previous())
        {
            ulong key = AssertWhole(iterator);
            Assert.True(previous >= key);
            previous = key;
            count++;
        }

        return count;
    }

    private static ulong AssertWhole(InternalIterator iterator)
    {
        Assert.Equal(8, iterator.Key.Length);
        Assert.Equal(16, iterator.Value.Length);
        Assert.True(iterator.Key.SequenceEqual(iterator.Value[..8]));
        Assert.Equal(InternalKey.SequenceOf(iterator.Trailer), BinaryPrimitives.ReadUInt64LittleEndian(iterator.Value[8..]));
        return BinaryPrimitives.ReadUInt64BigEndian(iterator.Key);
    }

    private static void Write(Memtable table, int writer, int distinctKeys)
    {
        var random = new Random(writer);
        Span<byte> key = stackalloc byte[8];
        Span<byte> value = stackalloc byte[16];
        long bytes = Memtable.BytesFor(key.Length, value.Length);
        for (int i = 0; i < PerWriter; i++)
        {
            ulong sequence = (ulong)((i * Writers) + writer + 1);
            BinaryPrimitives.WriteUInt64BigEndian(key, (ulong)random.Next(distinctKeys));
            key.CopyTo(value);
            BinaryPrimitives.WriteUInt64LittleEndian(value[8..], sequence);
            lock (table)
            {
                Assert.True(table.TryBeginInsert(bytes));
            }

            table.Insert((uint)(i % 2), key, InternalKey.Pack(sequence, ValueKind.Put), value);
            table.EndInsert(bytes);
        }
    }
}
