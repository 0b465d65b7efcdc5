using System.Collections.Immutable;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Compaction;
using Basalt.Engine.Tests.Memtables;

namespace Basalt.Engine.Tests.WholeDatabase;

public sealed class DatabaseIteratorTests
{
    [Fact]
    public void Create_WhenASegmentCannotBeOpened_GivesTheMemtablesBack()
    {
        MemtableFixture fixture = new();
        fixture.Add(new ModelEntry(1, "a"u8.ToArray(), 1, ValueKind.Put, "b"u8.ToArray()));
        using BlockCache cache = new(0);
        KeyspaceVersion tree = new SegmentTree().Build((0, "a", "z", 10));
        ReadState state = new([fixture.Table], new LsmVersion(1, ImmutableDictionary.Create<uint, KeyspaceVersion>().Add(1, tree), KeyspaceIndex.Empty, false, _ => { }));

        Assert.Throws<DatabaseException>(() => new DatabaseIterator(state, tree.Keyspace, 1, default, cache));
        state.Release();
        fixture.Table.Release();

        // The last reference returned the arena to its pool, which empties it.
        Assert.Equal(NativeArena.ReservedBytes, fixture.Arena.Used);
        fixture.Pool.Dispose();
    }
}
