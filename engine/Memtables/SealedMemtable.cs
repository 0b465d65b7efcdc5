using Basalt.Engine.Manifest;

namespace Basalt.Engine.Memtables;

/// <summary>A full memtable on its way to disk.</summary>
/// <param name="table">The entries; inserts that began before the seal may still be under way.</param>
/// <param name="lastSequence">No entry is newer.</param>
/// <param name="nextLog">The log that follows its own: once flushed, older logs are not needed.</param>
internal sealed class SealedMemtable(Memtable table, ulong lastSequence, ulong nextLog)
{
    private readonly List<TaskCompletionSource<LsmVersion>> _waiters = [];

    public Memtable Table { get; } = table;

    public ulong LastSequence { get; } = lastSequence;

    public ulong NextLog { get; } = nextLog;

    /// <summary>
    /// Completes with the version that holds exactly the writes up to <see cref="LastSequence"/>; the receiver owns a reference.
    /// Requires: commit lock held.
    /// </summary>
    public Task<LsmVersion> WhenFlushed()
    {
        TaskCompletionSource<LsmVersion> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add(waiter);
        return waiter.Task;
    }

    /// <summary>Requires: commit lock held.</summary>
    public void Complete(LsmVersion version)
    {
        foreach (TaskCompletionSource<LsmVersion> waiter in _waiters)
        {
            version.AddReference();
            if (!waiter.TrySetResult(version))
            {
                // Told of a failure elsewhere before the flush got through.
                version.Release();
            }
        }
    }

    /// <summary>Requires: commit lock held.</summary>
    public void Fail(Exception exception)
    {
        foreach (TaskCompletionSource<LsmVersion> waiter in _waiters)
        {
            waiter.TrySetException(exception);
        }
    }
}
