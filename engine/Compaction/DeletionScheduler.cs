using Basalt.Engine.Files;
using Basalt.Engine.Manifest;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Deletes segment files that nothing names any more, on a thread of its own: paced deletion of much takes seconds, and nothing that
/// writers wait for may stand behind it.
/// </summary>
internal sealed class DeletionScheduler : IDisposable
{
    private readonly DatabaseCore _core;
    private readonly DeletePacer _deleter;
    private readonly IBackgroundWorker _worker;
    private readonly List<SegmentFile> _failed = [];

    public DeletionScheduler(DatabaseCore core)
    {
        _core = core;
        _deleter = new DeletePacer(core.FileSystem);
        _worker = core.Options.BackgroundExecutor.Start("basalt-deletion", Step, exception => core.Fail("A deletion", exception));
    }

    public void Signal() => _worker.Signal();

    public void Dispose() => _worker.Dispose();

    private bool Step(CancellationToken cancellationToken)
    {
        _failed.RemoveAll(file => TryDelete(file, cancellationToken) is null);
        foreach (SegmentFile file in _core.Versions.TakeDeletableFiles())
        {
            if (TryDelete(file, cancellationToken) is { } failure)
            {
                _failed.Add(file);
                _core.Options.OnEvent?.Invoke(new DatabaseEvent(
                    DatabaseEventKind.DeletionFailed, $"A file that is not needed stays and is tried again later: {failure.Message}", failure));
            }
        }

        return false;
    }

    /// <summary>What went wrong, or null. Only space is lost: the file is tried again with the next, and swept at the next open.</summary>
    private DatabaseException? TryDelete(SegmentFile file, CancellationToken cancellationToken)
    {
        try
        {
            _deleter.Delete(file, cancellationToken);
            return null;
        }
        catch (DatabaseException failure)
        {
            return failure;
        }
    }
}
