using System.Diagnostics;

namespace Basalt.Engine.Wal;

/// <content>How appended bytes reach the system and stable storage.</content>
internal sealed partial class WriteAheadLog
{
    /// <summary>Blocks until an appended batch survives a power loss. Allocates nothing.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> if that fails or failed before.</exception>
    public void WaitUntilDurable(LogPosition position) => _commits.Wait(position);

    /// <summary>Completes when an appended batch survives a power loss. Cancelling ends the wait only; the batch stays.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> if that fails or failed before.</exception>
    public ValueTask WaitUntilDurableAsync(LogPosition position, CancellationToken cancellationToken) =>
        _commits.WaitAsync(position, cancellationToken);

    /// <summary>Makes an appended batch, and all before it, survive the process being killed.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> if that fails or failed before.</exception>
    public void HandToSystem(LogPosition position)
    {
        _commits.ThrowIfFailed();
        if (_medium == LogMedium.Mapped)
        {
            return;
        }

        try
        {
            lock (_handGate)
            {
                if (_handed < position)
                {
                    HandOver(Volatile.Read(ref _chain));
                }
            }
        }
        catch (DatabaseException cause)
        {
            _commits.Fail(cause);
            _commits.ThrowIfFailed();
        }
    }

    /// <summary>In the order of the chain, or a kill could leave a hole. Requires: hand gate held.</summary>
    private void HandOver(LogWriter[] chain)
    {
        Debug.Assert(_handGate.IsHeldByCurrentThread, "Bytes leave in order.");
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (LogWriter log in chain)
        {
            log.HandToSystem();
        }

        _handed = new LogPosition(chain[^1].Number, chain[^1].Written);
    }

    /// <summary>The work of one round. Exceptions end the log (<see cref="GroupCommit"/>).</summary>
    private LogPosition SyncChain()
    {
        lock (_syncGate)
        {
            // One array for both loops: all but its last log are sealed and thus handed over whole. A log that joins meanwhile waits
            // for the next round; syncing it now could make it durable before the end of its predecessor.
            LogWriter[] chain = Volatile.Read(ref _chain);
            lock (_handGate)
            {
                HandOver(chain);
            }

            foreach (LogWriter log in chain)
            {
                long started = Stopwatch.GetTimestamp();
                if (log.Sync())
                {
                    Interlocked.Increment(ref _syncs);
                    _syncTimes.Add(Stopwatch.GetElapsedTime(started));
                }
            }

            return new LogPosition(chain[^1].Number, chain[^1].Durable);
        }
    }
}
