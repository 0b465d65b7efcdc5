using System.Collections.Immutable;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Tests.Memtables;

public sealed class SealedMemtableTests
{
    [Fact]
    public async Task Complete_AfterItsWaitersWereToldOfAFailure_LeavesNoReferenceBehind()
    {
        using MemtableFixture fixture = new();
        SealedMemtable memtable = new(fixture.Table, lastSequence: 1, nextLog: 2);
        Task<LsmVersion> waiter = memtable.WhenFlushed();
        int released = 0;
        LsmVersion version = new(1, ImmutableDictionary<uint, KeyspaceVersion>.Empty, KeyspaceIndex.Empty, false, _ => released++);

        memtable.Fail(new DatabaseException("A compaction failed."));
        memtable.Complete(version);
        version.Release();

        await Assert.ThrowsAsync<DatabaseException>(() => waiter);
        Assert.Equal(1, released);
    }
}
