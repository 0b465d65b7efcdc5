using System.Diagnostics;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Commit;

internal sealed partial class CommitPipeline
{
    private readonly Lock _preparationLock = new();
    private long _wantedBytes;
    private long _nextCapacity;
    private bool _isRotationUnannounced;

    /// <summary>The oldest sealed memtable, or null. It stays in the queue until <see cref="CompleteFlush"/>.</summary>
    public SealedMemtable? OldestSealed
    {
        get
        {
            lock (_commitLock)
            {
                return _sealed.Count > 0 ? _sealed[0] : null;
            }
        }
    }

    /// <summary>
    /// Gets the next memtable and the next log ready, so that a rotation or a cut is a pointer swap. Does I/O: called off the write
    /// path, by the housekeeping thread, or by whoever needs a cut when two follow each other at once.
    /// </summary>
    /// <param name="newFileNumber">Supplies the number of the next log.</param>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.OutOfSpace"/>: to be tried again. After any other, writes are refused.</exception>
    public void PrepareNext(Func<ulong> newFileNumber)
    {
        lock (_preparationLock)
        {
            try
            {
                Prepare(newFileNumber);
                _space.End(SpaceNeed.NextLog);
            }
            catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace && _log.Failure is null)
            {
                SpaceRanOut(SpaceNeed.NextLog, full);
                throw;
            }
            catch (Exception cause)
            {
                // Whoever asked is told; so are the writers that wait for it.
                Fail(cause);
                throw;
            }
        }
    }

    /// <summary>Gets the memory of the memtable that writes go to ready, beside them. Those after it are ready before they are used.</summary>
    public void PopulateActive()
    {
        Memtable memtable;
        lock (_commitLock)
        {
            if (_closed)
            {
                return;
            }

            memtable = _active;
            memtable.AddReference();
        }

        memtable.Populate();
        memtable.Release();
    }

    /// <summary>
    /// Fixes the boundary of a snapshot: everything committed so far is at or below it, everything later is above.
    /// </summary>
    /// <param name="newFileNumber">Supplies a log number if the next log is not ready yet.</param>
    public Cut Cut(Func<ulong> newFileNumber)
    {
        while (true)
        {
            Cut? cut = null;
            bool hasRotated = false;
            lock (_commitLock)
            {
                long started = Stopwatch.GetTimestamp();
                ThrowIfRefused();
                if (_activeBatches == 0 || IsNextReady(0, 0))
                {
                    if (_activeBatches > 0)
                    {
                        Rotate();
                    }

                    hasRotated = TakeRotation();
                    cut = new Cut(_lastSequence, WhenSealedAreFlushed(), Stopwatch.GetElapsedTime(started));
                }
            }

            if (hasRotated)
            {
                AnnounceRotation();
            }

            if (cut is { } done)
            {
                return done;
            }

            PrepareNext(newFileNumber);
        }
    }

    /// <summary>Takes a flushed memtable out of the queue and lets reads go to the segments instead.</summary>
    /// <param name="flushed">The oldest sealed memtable.</param>
    /// <param name="version">The version after its flush; the caller's reference passes on.</param>
    public void CompleteFlush(SealedMemtable flushed, LsmVersion version)
    {
        lock (_commitLock)
        {
            Debug.Assert(_sealed[0] == flushed, "Memtables are flushed in order.");
            _sealed.RemoveAt(0);
            flushed.Complete(version);
            InstallLocked(version);
            Monitor.PulseAll(_commitLock);
        }

        flushed.Table.Release();
    }

    /// <summary>Refuses further writes, seals what is in memory, and returns a task that ends when it is all flushed.</summary>
    /// <param name="newFileNumber">Supplies a log number if the next log is not ready yet.</param>
    public Task<LsmVersion> SealForClose(Func<ulong> newFileNumber)
    {
        while (true)
        {
            lock (_commitLock)
            {
                if (FindFailure())
                {
                    _closed = true;
                    return Task.FromException<LsmVersion>(Refusal());
                }

                if (_activeBatches == 0 || IsNextReady(0, 0))
                {
                    if (_activeBatches > 0)
                    {
                        Rotate();
                    }

                    _closed = true;
                    if (TakeRotation())
                    {
                        AnnounceRotation();
                    }

                    Monitor.PulseAll(_commitLock);
                    return WhenSealedAreFlushed();
                }
            }

            // A writer may take what was prepared before the lock is taken again; then it is prepared once more.
            PrepareNext(newFileNumber);
        }
    }

    /// <summary>Requires: preparation lock held.</summary>
    private void Prepare(Func<ulong> newFileNumber)
    {
        long wanted;
        bool needsMemtable;
        Memtable? tooSmall = null;
        lock (_commitLock)
        {
            if (_closed || _failure is not null)
            {
                return;
            }

            wanted = Math.Max(_wantedBytes, _options.MemtableBytes);
            needsMemtable = _next is null || _nextCapacity < wanted;
            if (needsMemtable)
            {
                (tooSmall, _next) = (_next, null);
            }
        }

        tooSmall?.Release();
        if (!_log.IsNextReady || _log.NextCapacity < WriteAheadLog.CapacityFor(wanted))
        {
            _log.PrepareNext(newFileNumber(), WriteAheadLog.CapacityFor(wanted));
        }

        Memtable? prepared = needsMemtable ? CreateMemtable(wanted) : null;
        prepared?.Populate();
        lock (_commitLock)
        {
            if (prepared is not null && !_closed)
            {
                (_next, _nextCapacity) = (prepared, wanted);
                prepared = null;
            }

            Monitor.PulseAll(_commitLock);
        }

        prepared?.Release();
    }

    /// <summary>Returns the memtable that takes the batch, with the insert begun. Requires: commit lock held; may release it while waiting.</summary>
    private Memtable MakeRoom(WriteBatch batch, Durability durability)
    {
        long stalledSince = 0;
        while (true)
        {
            ThrowIfRefused();
            bool logged = durability != Durability.None;
            if (!logged || _log.HasRoom(batch.Length))
            {
                if (_active.TryBeginInsert(batch.MemtableBytes))
                {
                    EndStall(stalledSince);
                    return _active;
                }
            }

            if (IsNextReady(batch.MemtableBytes, batch.Length) && _sealed.Count < _options.MaxSealedMemtables && !IsLevel0Full())
            {
                Rotate();
                continue;
            }

            if (stalledSince == 0)
            {
                stalledSince = Stopwatch.GetTimestamp();
            }

            if (TakeRotation())
            {
                // Not left for later: its flush may be what this writer is about to wait for.
                AnnounceRotation();
            }

            _wantedBytes = Math.Max(_wantedBytes, Math.Max(batch.MemtableBytes, batch.Length) + Memtable.EmptyBytes);
            PreparationNeeded();
            if (_space.RefusalFor(NeedOf(batch)) is { } refusal)
            {
                EndStall(stalledSince);
                throw refusal;
            }

            _options.BackgroundExecutor.Wait(_commitLock);
        }
    }

    /// <summary>
    /// Swaps to the memtable and the log that are waiting. Requires: commit lock held, next ready; the caller announces it
    /// (<see cref="TakeRotation"/>).
    /// </summary>
    private void Rotate()
    {
        _log.Switch();
        _sealed.Add(new SealedMemtable(_active, _lastSequence, _log.CurrentLog));
        _active = _next!;
        _next = null;
        _activeBatches = 0;
        _wantedBytes = 0;
        _isRotationUnannounced = true;
        InstallLocked(null);
    }

    /// <summary>
    /// Whether a rotation is to be announced, by the caller now and once it has left the lock: waking two threads takes 70 us, more than
    /// all else that holds writers at a cut. Requires: commit lock held.
    /// </summary>
    private bool TakeRotation()
    {
        bool hasRotated = _isRotationUnannounced;
        _isRotationUnannounced = false;
        return hasRotated;
    }

    private void AnnounceRotation()
    {
        MemtableSealed();
        PreparationNeeded();
    }

    private bool IsNextReady(long memtableBytes, int logBytes) =>
        _next is not null
        && _nextCapacity >= memtableBytes + Memtable.EmptyBytes
        && _log.IsNextReady
        && _log.NextCapacity >= WriteAheadLog.CapacityFor(logBytes);

    private bool IsLevel0Full() => _level0Full;

    /// <summary>What a writer that found no room waits for.</summary>
    private SpaceNeed NeedOf(WriteBatch batch) => !IsNextReady(batch.MemtableBytes, batch.Length)
        ? SpaceNeed.NextLog
        : _sealed.Count >= _options.MaxSealedMemtables ? SpaceNeed.Flush : SpaceNeed.Compaction;

    private void EndStall(long since)
    {
        if (since != 0)
        {
            _metrics.Stalled(Stopwatch.GetElapsedTime(since));
        }
    }

    /// <summary>Requires: commit lock held.</summary>
    private Task<LsmVersion> WhenSealedAreFlushed()
    {
        if (_sealed.Count > 0)
        {
            return _space.RefusalFor(SpaceNeed.Flush) is { } refusal ? Task.FromException<LsmVersion>(refusal) : _sealed[^1].WhenFlushed();
        }

        _readState!.Version.AddReference();
        return Task.FromResult(_readState.Version);
    }

    /// <param name="minimumBytes">Of the arena.</param>
    private Memtable CreateMemtable(long minimumBytes) => new(_arenas.Rent(Math.Max(minimumBytes, _options.MemtableBytes)), _arenas);
}
