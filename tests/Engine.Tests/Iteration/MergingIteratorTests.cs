using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Tests.Memtables;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Iteration;

public sealed class MergingIteratorTests
{
    [Fact]
    public void Walk_WhenStepsAreRandom_ThenItStandsWhereTheSortedListStands() =>
        Prop.ForAll(
            (from sources in Sources
             from steps in Gen.ListOf(IteratorWalk.Step(MemtableModel.Key))
             select (sources, steps)).ToArbitrary(),
            input =>
            {
                ModelEntry[] expected = input.sources.SelectMany(source => source).Order().ToArray();
                using var merged = new MergingIterator(input.sources.Select(Iterator).ToArray());

                IteratorWalk.AssertSame(new ModelIterator(expected), merged, input.steps);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Walk_WhenForwardAndBackward_ThenEachEntryIsVisitedOnceEachWay() =>
        Prop.ForAll(
            Sources.ToArbitrary(),
            sources =>
            {
                string[] expected = sources.SelectMany(source => source).Order().Select(Text).ToArray();
                using var merged = new MergingIterator(sources.Select(Iterator).ToArray());
                var forward = new List<string>();
                var backward = new List<string>();

                for (merged.SeekToFirst(); merged.IsValid; merged.Next())
                {
                    forward.Add(Text(merged));
                }

                for (merged.SeekToLast(); merged.IsValid; merged.Previous())
                {
                    backward.Add(Text(merged));
                }

                return expected.SequenceEqual(forward) && expected.Reverse().SequenceEqual(backward);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void IsValid_WhenThereAreNoSources_ThenItIsFalseEverywhere()
    {
        using var merged = new MergingIterator([]);

        Assert.False(merged.IsValid);
        merged.SeekToFirst();
        Assert.False(merged.IsValid);
        merged.SeekToLast();
        Assert.False(merged.IsValid);
        merged.Seek([1], InternalKey.NewestTrailer);
        Assert.False(merged.IsValid);
    }

    [Fact]
    public void Dispose_WhenRepeated_ThenEachSourceIsDisposedOnce()
    {
        ModelIterator[] sources = [new([]), new([])];
        var merged = new MergingIterator(sources);

        merged.Dispose();
        merged.Dispose();

        Assert.False(merged.IsValid);
        Assert.All(sources, source => Assert.Equal(1, source.Disposals));
    }

    [Fact]
    public void Move_WhenSourcesAreMany_ThenNothingIsAllocated()
    {
        InternalIterator[] sources = Enumerable.Range(0, 7).Select(s => (InternalIterator)new ModelIterator(
            Enumerable.Range(0, 500).Select(i => Entry((i * 7) + s, s)).ToArray())).ToArray();
        using var merged = new MergingIterator(sources);
        WalkBothWays(merged);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int moves = WalkBothWays(merged);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
        Assert.Equal(7 * 500 * 2, moves);
    }

    /// <summary>Up to six sources, distinct within themselves, with some entries held by two of them.</summary>
    private static Gen<ModelEntry[][]> Sources =>
        from count in Gen.Choose(0, 6)
        from entries in MemtableModel.Entries
        from places in Gen.ListOf(Gen.Choose(0, 1000), entries.Length)
        from twins in Gen.ListOf(Gen.Choose(0, 3000), entries.Length)
        select Enumerable.Range(0, count).Select(source => entries
            .Where((_, i) => places[i] % count == source || twins[i] == source)
            .Select(entry => entry with { Keyspace = 0, Value = [.. entry.Value, (byte)source] })
            .Order()
            .ToArray()).ToArray();

    private static InternalIterator Iterator(ModelEntry[] entries) => new ModelIterator(entries);

    private static ModelEntry Entry(int number, int source) =>
        new(0, [0, 0, 0, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number], 1, ValueKind.Put, [(byte)source]);

    private static int WalkBothWays(MergingIterator merged)
    {
        int moves = 0;
        for (merged.SeekToFirst(); merged.IsValid; merged.Next())
        {
            moves++;
        }

        for (merged.SeekToLast(); merged.IsValid; merged.Previous())
        {
            moves++;
        }

        return moves;
    }

    private static string Text(ModelEntry entry) =>
        $"{Convert.ToHexString(entry.Key)}@{entry.Trailer}={Convert.ToHexString(entry.Value)}";

    private static string Text(MergingIterator entry) =>
        $"{Convert.ToHexString(entry.Key)}@{entry.Trailer}={Convert.ToHexString(entry.Value)}";
}
