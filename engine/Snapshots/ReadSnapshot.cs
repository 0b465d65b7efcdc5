using Basalt.Engine.Snapshots;

namespace Basalt.Engine;

/// <summary>A read-only view of all keyspaces at one sequence number. Cheap; in memory only; keeps old versions from compaction.</summary>
public sealed class ReadSnapshot : IDisposable
{
    private readonly OpenSnapshots _open;
    private int _disposed;

    internal ReadSnapshot(OpenSnapshots open, Func<ulong> visibleSequence)
    {
        _open = open;
        Sequence = open.Open(visibleSequence);
    }

    /// <summary>The last write that is visible.</summary>
    public ulong Sequence { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _open.Close(Sequence);
        }
    }

    /// <summary>The sequence to read at. <paramref name="owner"/> tells snapshots of another database apart.</summary>
    internal ulong Use(OpenSnapshots owner)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return ReferenceEquals(owner, _open)
            ? Sequence
            : throw new DatabaseException("The read snapshot belongs to another database.");
    }
}
