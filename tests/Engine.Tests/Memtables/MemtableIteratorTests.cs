using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Tests.Iteration;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Memtables;

public sealed class MemtableIteratorTests
{
    [Fact]
    public void CreateIterator_WhenWalkIsRandom_ThenItStandsWhereTheModelStands() =>
        Prop.ForAll(
            (from entries in MemtableModel.Entries
             from keyspace in Gen.Elements(MemtableModel.Keyspaces)
             from steps in Gen.ListOf(IteratorWalk.Step(MemtableModel.Key))
             select (entries, keyspace, steps)).ToArbitrary(),
            input =>
            {
                using var fixture = new MemtableFixture();
                fixture.AddAll(input.entries);
                ModelEntry[] expected = input.entries.Where(entry => entry.Keyspace == input.keyspace).Order().ToArray();
                using InternalIterator iterator = fixture.Table.CreateIterator(input.keyspace);

                IteratorWalk.AssertSame(new ModelIterator(expected), iterator, input.steps);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void CreateIterator_WhenTableIsReleased_ThenItKeepsTheMemory()
    {
        var fixture = new MemtableFixture();
        fixture.Add(new ModelEntry(1, [1], 1, ValueKind.Put, [42]));
        InternalIterator iterator = fixture.Table.CreateIterator(1);

        fixture.Dispose();
        iterator.SeekToFirst();

        Assert.Equal(42, iterator.Value[0]);
        iterator.Dispose();
        Assert.False(iterator.IsValid);
        iterator.Dispose();
    }
}
