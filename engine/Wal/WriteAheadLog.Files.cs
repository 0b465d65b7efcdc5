namespace Basalt.Engine.Wal;

/// <content>Files come and go off the write path.</content>
internal sealed partial class WriteAheadLog
{
    /// <summary>
    /// Prepares the next log, durable with its name, unless one is ready that is large enough. One that is too small is replaced.
    /// </summary>
    /// <param name="number">A number that no log ever had, greater than the current one's.</param>
    /// <param name="minimumCapacity">Bytes of the file; see <see cref="CapacityFor"/>.</param>
    /// <exception cref="DatabaseException">The disk is full or fails; the current log still takes writes if its name was not touched yet.</exception>
    public void PrepareNext(ulong number, long minimumCapacity)
    {
        lock (_prepareGate)
        {
            _commits.ThrowIfFailed();
            long capacity = Math.Max(minimumCapacity, CapacityFor(0));
            if (NextCapacity >= capacity)
            {
                return;
            }

            LogWriter? tooSmall;
            ulong predecessor;
            lock (_chainLock)
            {
                // From here to the end nobody can switch, so the predecessor stays what it is.
                tooSmall = _next;
                Volatile.Write(ref _next, null);
                predecessor = _chain[^1].Number;
            }

            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(number, tooSmall?.Number ?? predecessor);
            try
            {
                if (tooSmall is not null)
                {
                    _pool.Discard(tooSmall);
                }

                LogWriter next = _pool.Prepare(number, predecessor, capacity);
                Connect(next);
                Volatile.Write(ref _next, next);
            }
            catch (Exception cause) when (_pool.IsDirectoryUncertain)
            {
                _commits.Fail(cause);
                throw;
            }
        }
    }

    private void Connect(LogWriter log)
    {
        if (_prefaulter is not null)
        {
            log.PrefaultNeeded = _prefaulter.Signal;
        }
    }

    /// <summary>
    /// Gives up all logs below a number: what they hold is durable in segments, and the manifest's floor is above them. Positions in them
    /// count as durable.
    /// </summary>
    /// <exception cref="DatabaseException">A file could not be removed; it stays, unread, until the database is opened again.</exception>
    public void Retire(ulong belowLogNumber)
    {
        LogWriter[] before;
        LogWriter[] after;
        lock (_syncGate)
        {
            lock (_handGate)
            {
                lock (_chainLock)
                {
                    before = _chain;
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(belowLogNumber, before[^1].Number);
                    after = Array.FindAll(before, log => log.Number >= belowLogNumber);
                    Volatile.Write(ref _chain, after);
                }
            }
        }

        _commits.Advance(new LogPosition(belowLogNumber, 0));
        foreach (LogWriter log in before.AsSpan(0, before.Length - after.Length))
        {
            // Only the usual size is kept: after one huge batch the file made for it is not.
            _pool.Retire(log, reusable: log.Capacity == after[^1].Capacity);
        }
    }
}
