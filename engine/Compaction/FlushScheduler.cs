using Basalt.Engine.Commit;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Compaction;

/// <summary>Flushes sealed memtables, oldest first, one at a time, each with an edit of its own.</summary>
internal sealed class FlushScheduler : IDisposable
{
    private readonly DatabaseCore _core;
    private readonly Action<IEnumerable<uint>> _flushed;
    private readonly IBackgroundWorker _worker;

    /// <param name="core">The database.</param>
    /// <param name="flushed">Told which keyspaces got a segment.</param>
    public FlushScheduler(DatabaseCore core, Action<IEnumerable<uint>> flushed)
    {
        _core = core;
        _flushed = flushed;
        _worker = core.Options.BackgroundExecutor.Start("basalt-flush", Step, exception => core.Fail("A flush", exception));
    }

    public void Signal() => _worker.Signal();

    public void Dispose() => _worker.Dispose();

    private bool Step(CancellationToken cancellationToken)
    {
        if (_core.Pipeline.OldestSealed is not { } memtable)
        {
            _core.Space.End(SpaceNeed.Flush);
            return false;
        }

        if (!_core.Space.IsWorthATry(SpaceNeed.Flush))
        {
            return false;
        }

        try
        {
            Flush(memtable);
            _core.Space.End(SpaceNeed.Flush);
            return true;
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // The memtable stays where it is, and its log on disk.
            _core.Pipeline.SpaceRanOut(SpaceNeed.Flush, full);
            return false;
        }
    }

    private void Flush(SealedMemtable memtable)
    {
        memtable.Table.WaitForInserts();

        // What is dropped here must be hidden from every reader to come, so the newest version of each key must be visible first.
        _core.Pipeline.WaitUntilVisible(memtable.LastSequence);
        using SegmentFileSet output = new(_core.FileSystem, _core.Directory, _core.Versions, _core.SegmentOptions);
        FlushJob.Run(memtable.Table, IsLive, _core.Snapshots.ToArray(), output);
        output.Complete();
        Publish(memtable, output);
        _core.Metrics.Flushed(output.Length);
    }

    private void Publish(SealedMemtable memtable, SegmentFileSet output)
    {
        List<SegmentPlacement> live = [];
        LsmVersion version = output.Apply((current, edit) =>
        {
            edit.LogFloor = memtable.NextLog;
            edit.LastSequence = memtable.LastSequence;
            live.AddRange(output.Placements.Where(placement => current.Keyspaces.ContainsKey(placement.Keyspace)));
            edit.AddedSegments.AddRange(live);
            return true;
        });
        _core.Pipeline.CompleteFlush(memtable, version);
        _core.Log.Retire(memtable.NextLog);
        output.DiscardAllBut(live);
        _flushed(live.Select(placement => placement.Keyspace));
    }

    private bool IsLive(uint keyspace)
    {
        LsmVersion version = _core.Versions.Acquire();
        bool live = version.Keyspaces.ContainsKey(keyspace);
        version.Release();
        return live;
    }
}
