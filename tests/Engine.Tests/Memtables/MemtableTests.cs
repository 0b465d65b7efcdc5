using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Memtables;
using Basalt.Engine.Segments;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Memtables;

public sealed class MemtableTests
{
    [Fact]
    public void CreateFlushCursor_WhenEntriesAreAny_ThenItVisitsThemInOrder() =>
        Prop.ForAll(
            MemtableModel.Entries.ToArbitrary(),
            entries =>
            {
                using var fixture = new MemtableFixture();
                fixture.AddAll(entries);

                List<ModelEntry> flushed = fixture.Flushed();

                return fixture.Table.EntryCount == entries.Length && IsSame(entries.Order(), flushed);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryGet_WhenKeyAndSequenceAreAny_ThenItFindsWhatTheModelFinds() =>
        Prop.ForAll(
            (from entries in MemtableModel.Entries
             from strangers in Gen.ListOf(MemtableModel.Key)
             select (entries, strangers)).ToArbitrary(),
            input =>
            {
                using var fixture = new MemtableFixture();
                fixture.AddAll(input.entries);
                foreach (byte[] key in input.entries.Select(entry => entry.Key).Concat(input.strangers))
                {
                    foreach (uint keyspace in MemtableModel.Keyspaces)
                    {
                        foreach (ulong sequence in new ulong[] { 0, (ulong)(input.entries.Length / 2), InternalKey.MaxSequence })
                        {
                            if (!IsAsModel(fixture.Table, input.entries, keyspace, key, sequence))
                            {
                                return false;
                            }
                        }
                    }
                }

                return true;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Insert_WhenAKeyHasVeryManyVersions_ThenEachIsFoundAtItsSequence()
    {
        const int Versions = 20_000;
        using var fixture = new MemtableFixture(16 << 20);
        int[] order = Enumerable.Range(1, Versions).ToArray();
        new Random(1).Shuffle(order);

        foreach (int sequence in order)
        {
            fixture.Add(new ModelEntry(5, [1, 2, 3], (ulong)sequence, ValueKind.Put, BitConverter.GetBytes(sequence)));
        }

        for (int sequence = 1; sequence <= Versions; sequence++)
        {
            var value = default(PinnedValue);
            Assert.Equal(LookupResult.Found, fixture.Table.TryGet(5, [1, 2, 3], (ulong)sequence, ref value));
            Assert.Equal(sequence, BitConverter.ToInt32(value.Span));
        }
    }

    [Fact]
    public void Insert_WhenKeyAndValueAreEmpty_ThenTheyAreFoundEmpty()
    {
        using var fixture = new MemtableFixture();
        fixture.Add(new ModelEntry(0, [], 1, ValueKind.Put, []));

        var value = default(PinnedValue);
        LookupResult result = fixture.Table.TryGet(0, [], 1, ref value);

        Assert.Equal(LookupResult.Found, result);
        Assert.Equal(0, value.Span.Length);
        Assert.Equal(LookupResult.NotFound, fixture.Table.TryGet(0, [0], 1, ref value));
        Assert.Equal(LookupResult.NotFound, fixture.Table.TryGet(1, [], 1, ref value));
        Assert.Equal(LookupResult.NotFound, fixture.Table.TryGet(0, [], 0, ref value));
    }

    [Fact]
    public void Insert_WhenKeyAndValueAreLargest_ThenTheyComeBackWhole()
    {
        byte[] key = MemtableModel.ValueOf(1, Database.MaxKeyLength);
        int valueLength = Database.MaxBatchLength - key.Length;
        using var fixture = new MemtableFixture(Memtable.EmptyBytes + Memtable.BytesFor(key.Length, valueLength));
        byte[] written = GC.AllocateUninitializedArray<byte>(valueLength);
        written.AsSpan().Fill(9);
        written[^1] = 7;

        fixture.Add(new ModelEntry(1, key, 1, ValueKind.Put, written));
        var value = default(PinnedValue);
        LookupResult result = fixture.Table.TryGet(1, key, 1, ref value);

        Assert.Equal(LookupResult.Found, result);
        Assert.True(value.Span.SequenceEqual(written));
    }

    [Fact]
    public void Insert_WhenArenaWasUsedBefore_ThenNothingOfItIsSeen()
    {
        using var fixture = new MemtableFixture();
        fixture.AddAll(Enumerable.Range(1, 2000).Select(i => new ModelEntry(1, BitConverter.GetBytes(i), (ulong)i, ValueKind.Put, [1, 2, 3])));
        fixture.Table.AddReference();
        fixture.Table.Release();
        var pool = fixture.Pool;
        var other = new Memtable(pool.Rent(0), pool);
        other.Release();

        var reused = new Memtable(pool.Rent(0), pool);
        var value = default(PinnedValue);

        Assert.False(reused.CreateFlushCursor().MoveNext());
        Assert.Equal(0, reused.EntryCount);
        Assert.Equal(Memtable.EmptyBytes, reused.UsedBytes);
        Assert.Equal(LookupResult.NotFound, reused.TryGet(1, BitConverter.GetBytes(5), 100, ref value));
        reused.Release();
    }

    [Fact]
    public void Hot_WhenInsertingGettingAndIterating_ThenNothingIsAllocated()
    {
        using var fixture = new MemtableFixture();
        byte[] key = new byte[16];
        byte[] payload = new byte[100];
        long bytes = Memtable.BytesFor(key.Length, payload.Length);
        using InternalIterator iterator = fixture.Table.CreateIterator(1);
        Work(10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Work(1000);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);

        void Work(int count)
        {
            var value = default(PinnedValue);
            for (int i = 0; i < count; i++)
            {
                Random.Shared.NextBytes(key);
                fixture.Table.TryBeginInsert(bytes);
                fixture.Table.Insert(1, key, InternalKey.Pack((ulong)i, ValueKind.Put), payload);
                fixture.Table.EndInsert(bytes);
                fixture.Table.TryGet(1, key, InternalKey.MaxSequence, ref value);
            }

            for (iterator.SeekToFirst(); iterator.IsValid; iterator.Next())
            {
            }
        }
    }

    private static bool IsAsModel(Memtable table, ModelEntry[] entries, uint keyspace, byte[] key, ulong sequence)
    {
        ModelEntry? expected = entries
            .Where(entry => entry.Keyspace == keyspace && entry.Key.AsSpan().SequenceEqual(key) && entry.Sequence <= sequence)
            .MaxBy(entry => entry.Sequence);
        var value = default(PinnedValue);
        return table.TryGet(keyspace, key, sequence, ref value) switch
        {
            LookupResult.Found => expected?.Kind == ValueKind.Put && value.Span.SequenceEqual(expected.Value),
            LookupResult.Deleted => expected?.Kind == ValueKind.Delete,
            _ => expected is null,
        };
    }

    private static bool IsSame(IEnumerable<ModelEntry> expected, List<ModelEntry> actual) =>
        expected.Select(entry => entry.ToString()).SequenceEqual(actual.Select(entry => entry.ToString()))
        && expected.Zip(actual).All(pair => pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));
}
