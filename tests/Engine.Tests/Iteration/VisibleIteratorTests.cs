using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Tests.Memtables;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Iteration;

public sealed class VisibleIteratorTests
{
    [Fact]
    public void MoveNext_WhenRangeIsAny_ThenItVisitsWhatTheModelSees() =>
        Prop.ForAll(
            Inputs.ToArbitrary(),
            input =>
            {
                using VisibleIterator iterator = input.Open();

                List<string> visited = Drain(iterator);

                return visited.SequenceEqual(input.Visible().Select(Text)) && !iterator.MoveNext();
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Seek_WhenKeysAreAny_ThenTheWalkGoesOnFromThere() =>
        Prop.ForAll(
            (from input in Inputs
             from seeks in Gen.ListOf(
                 from key in MemtableModel.Key
                 from steps in Gen.Choose(0, 4)
                 select (key, steps))
             select (input, seeks)).ToArbitrary(),
            pair =>
            {
                List<ModelEntry> visible = pair.input.Visible();
                using VisibleIterator iterator = pair.input.Open();
                foreach ((byte[] key, int steps) in pair.seeks)
                {
                    iterator.Seek(key);
                    foreach (ModelEntry? expected in visible
                        .SkipWhile(entry => pair.input.IsBefore(entry.Key, key))
                        .Cast<ModelEntry?>()
                        .Append(null)
                        .Take(steps))
                    {
                        if (iterator.MoveNext() != expected is not null || (expected is not null && Text(iterator) != Text(expected)))
                        {
                            return false;
                        }
                    }
                }

                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MoveNext_WhenKeysHaveManyVersions_ThenOnlyTheVisibleOneIsSeen(bool reverse)
    {
        const int Versions = 100;
        ModelEntry[] entries = Enumerable.Range(1, 3 * Versions)
            .Select(i => new ModelEntry(0, [(byte)(i % 3)], (ulong)i, i > 297 ? ValueKind.Delete : ValueKind.Put, BitConverter.GetBytes(i)))
            .Order()
            .ToArray();
        foreach (ulong sequence in new ulong[] { 0, 1, 2, 3, 50, 150, 296, 297, 298, 1000 })
        {
            var input = new ScanInput(entries, sequence, new ScanRange { Reverse = reverse });
            using VisibleIterator iterator = input.Open();

            Assert.Equal(input.Visible().Select(Text), Drain(iterator));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MoveNext_WhenInSteadyState_ThenNothingIsAllocated(bool reverse)
    {
        using var fixture = new MemtableFixture(4 << 20);
        for (int i = 1; i <= 6000; i++)
        {
            fixture.Add(new ModelEntry(1, BitConverter.GetBytes(i % 2000), (ulong)i, i % 7 == 0 ? ValueKind.Delete : ValueKind.Put, new byte[i % 50]));
        }

        using var iterator = new VisibleIterator(
            new MergingIterator([fixture.Table.CreateIterator(1), fixture.Table.CreateIterator(2)]), 5500, new ScanRange { Reverse = reverse });
        int first = Count(iterator);
        iterator.Seek(reverse ? [0xFF, 0xFF, 0xFF, 0xFF] : []);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int second = Count(iterator);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
        Assert.Equal(first, second);
        Assert.InRange(first, 1000, 2000);
    }

    [Fact]
    public void Dispose_WhenCalled_ThenSourceIsDisposed()
    {
        var source = new ModelIterator([]);

        new VisibleIterator(source, 1, ScanRange.All).Dispose();

        Assert.Equal(1, source.Disposals);
    }

    private static Gen<ScanInput> Inputs =>
        from entries in MemtableModel.Entries
        from sequence in Gen.Choose(0, 60)
        from lower in MemtableModel.Key
        from upper in MemtableModel.Key
        from bounds in Gen.Choose(0, 3)
        from reverse in Gen.Elements(true, false)
        select new ScanInput(
            entries.Select(entry => entry with { Keyspace = 0 }).Order().ToArray(),
            (ulong)sequence,
            new ScanRange
            {
                LowerBound = (bounds & 1) != 0 ? lower : default(ReadOnlyMemory<byte>?),
                UpperBound = (bounds & 2) != 0 ? upper : default(ReadOnlyMemory<byte>?),
                Reverse = reverse,
            });

    private static List<string> Drain(VisibleIterator iterator)
    {
        var visited = new List<string>();
        while (iterator.MoveNext())
        {
            visited.Add(Text(iterator));
        }

        return visited;
    }

    private static int Count(VisibleIterator iterator)
    {
        int count = 0;
        while (iterator.MoveNext())
        {
            count++;
        }

        return count;
    }

    private static string Text(ModelEntry entry) => $"{Convert.ToHexString(entry.Key)}={Convert.ToHexString(entry.Value)}";

    private static string Text(VisibleIterator entry) => $"{Convert.ToHexString(entry.Key)}={Convert.ToHexString(entry.Value)}";
}
