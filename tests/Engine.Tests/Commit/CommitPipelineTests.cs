using System.Collections.Immutable;
using Basalt.Engine.Commit;
using Basalt.Engine.Diagnostics;
using Basalt.Engine.Iteration;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Commit;

public sealed class CommitPipelineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ArenaPool _arenas;
    private readonly WriteAheadLog _log;
    private readonly VersionSet _versions;
    private readonly CommitPipeline _pipeline;

    public CommitPipelineTests()
    {
        DatabaseOptions options = new() { MemtableBytes = 64 << 10 };
        LocalFileSystem files = new();
        _arenas = new ArenaPool(options.MemtableBytes);
        _versions = new VersionSet(files, _directory.Path, Guid.NewGuid(), () => { });
        _log = WriteAheadLog.Start(
            files, _directory.Path, _versions.DatabaseId, LogMedium.Mapped, 1, 0, WriteAheadLog.CapacityFor(options.MemtableBytes));
        _pipeline = new CommitPipeline(_versions, _log, _arenas, options, new EngineMetrics(), new SpaceShortage(files, _directory.Path, options), 0);
    }

    public void Dispose()
    {
        _log.Dispose();
        _arenas.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Close_WhileAWriterIsStillInserting_WaitsForItBeforeTheMemoryGoes()
    {
        ReadState state = _pipeline.AcquireReadState();
        Memtable active = state.Memtables[0];
        state.Release();
        long bytes = Memtable.BytesFor(keyLength: 1, valueLength: 1);
        Assert.True(active.TryBeginInsert(bytes));

        Thread closing = new(_pipeline.Close);
        closing.Start();
        await Eventually.TrueAsync(() => !closing.IsAlive || closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        Assert.True(closing.IsAlive);
        active.Insert(1, "k"u8, trailer: 1, "v"u8);
        active.EndInsert(bytes);
        closing.Join();
    }

    [Fact]
    public void Install_AfterClose_SaysSoAndLeavesNoReferenceBehind()
    {
        int released = 0;
        LsmVersion version = new(5, ImmutableDictionary<uint, KeyspaceVersion>.Empty, KeyspaceIndex.Empty, false, _ => released++);
        _pipeline.Close();

        Assert.Throws<ObjectDisposedException>(() => _pipeline.Install(version));

        Assert.Equal(1, released);
    }
}
