using System.Diagnostics;
using Basalt.Engine.Diagnostics;
using Basalt.Engine.Iteration;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Commit;

/// <summary>
/// The write path. Under one short lock a batch takes its sequence numbers, reserves its memtable bytes and is copied into the log;
/// it then enters the memtable beside others, is published in order, and waits for as much durability as was asked for.
/// </summary>
/// <remarks>
/// Invariants: (1) the log holds batches in sequence order; (2) a memtable and the log behind it are sealed together, so a memtable
/// holds exactly the batches of its log and a range of sequence numbers of its own; (3) nothing is visible before everything with a
/// lower number is; (4) no I/O happens under the commit lock.
/// A monitor and not a <see cref="Lock"/>, because a stopped writer waits on it for the background to catch up.
/// </remarks>
internal sealed partial class CommitPipeline
{
    private readonly object _commitLock = new();
    private readonly VersionSet _versions;
    private readonly WriteAheadLog _log;
    private readonly ArenaPool _arenas;
    private readonly DatabaseOptions _options;
    private readonly EngineMetrics _metrics;
    private readonly SpaceShortage _space;
    private readonly CommitQueue _queue;
    private readonly List<SealedMemtable> _sealed = [];
    private Memtable _active;
    private Memtable? _next;
    private long _activeBatches;
    private ulong _lastSequence;
    private Exception? _failure;
    private bool _closed;

    /// <param name="versions">The segments; supplies the first version.</param>
    /// <param name="log">The log, open for appends.</param>
    /// <param name="arenas">Memory of memtables.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="space">What a full disk holds up.</param>
    /// <param name="lastSequence">The highest sequence number in use.</param>
    public CommitPipeline(
        VersionSet versions, WriteAheadLog log, ArenaPool arenas, DatabaseOptions options, EngineMetrics metrics, SpaceShortage space, ulong lastSequence)
    {
        _versions = versions;
        _log = log;
        _arenas = arenas;
        _options = options;
        _metrics = metrics;
        _space = space;
        _lastSequence = lastSequence;
        _queue = new CommitQueue(lastSequence);
        _active = CreateMemtable(0);
        _readState = new ReadState([_active], versions.Acquire());
    }

    /// <summary>Raised, on a writer's thread, when a memtable was sealed. Must return at once.</summary>
    public Action MemtableSealed { get; set; } = static () => { };

    /// <summary>Raised when the next memtable or log has to be prepared. Must return at once.</summary>
    public Action PreparationNeeded { get; set; } = static () => { };

    /// <summary>Every write up to here is visible.</summary>
    public ulong VisibleSequence => _queue.VisibleSequence;

    /// <summary>Bytes of all memtables.</summary>
    public long MemtableBytes
    {
        get
        {
            lock (_commitLock)
            {
                return _active.UsedBytes + _sealed.Sum(memtable => memtable.Table.UsedBytes);
            }
        }
    }

    /// <summary>Memtables that wait for their flush.</summary>
    public int SealedMemtables
    {
        get
        {
            lock (_commitLock)
            {
                return _sealed.Count;
            }
        }
    }

    /// <summary>Returns once every write up to <paramref name="sequence"/> is visible. Requires: it was committed.</summary>
    public void WaitUntilVisible(ulong sequence) => _queue.WaitUntilVisible(sequence);

    /// <summary>Applies a batch atomically; visible when the call returns.</summary>
    /// <returns>Where the log must be durable up to for the batch to be; default if it was not logged.</returns>
    public LogPosition Commit(WriteBatch batch, Durability durability)
    {
        LogPosition position = default;
        Memtable memtable;
        long ticket;
        bool hasRotated;
        lock (_commitLock)
        {
            memtable = MakeRoom(batch, durability);
            try
            {
                batch.Stamp(_lastSequence + 1);
                if (durability != Durability.None)
                {
                    position = _log.Append(batch.Encoded);
                }
            }
            catch
            {
                memtable.EndInsert(batch.MemtableBytes);
                throw;
            }

            _lastSequence += (ulong)batch.Count;
            _activeBatches++;
            ticket = _queue.Enter(_lastSequence);
            hasRotated = TakeRotation();
        }

        if (hasRotated)
        {
            AnnounceRotation();
        }

        try
        {
            Insert(batch.Encoded, memtable);
        }
        finally
        {
            memtable.EndInsert(batch.MemtableBytes);
            _queue.Publish(ticket);
        }

        _metrics.Written(batch.Count);
        return position;
    }

    /// <summary>Takes one sequence number above <paramref name="floor"/> for an event that is no write.</summary>
    public ulong AdvanceSequence(ulong floor)
    {
        ulong sequence;
        long ticket;
        lock (_commitLock)
        {
            ThrowIfRefused();
            _lastSequence = Math.Max(_lastSequence, floor) + 1;
            sequence = _lastSequence;
            ticket = _queue.Enter(sequence);
        }

        _queue.Publish(ticket);
        return sequence;
    }

    /// <summary>Refuses all further writes: what is on disk cannot be trusted any more. The first cause stays.</summary>
    public void Fail(Exception cause)
    {
        lock (_commitLock)
        {
            _failure ??= cause;
            foreach (SealedMemtable memtable in _sealed)
            {
                memtable.Fail(Refusal());
            }

            Monitor.PulseAll(_commitLock);
        }
    }

    /// <summary>
    /// Notes that a full disk holds background work up (<see cref="SpaceShortage"/>), and tells whoever waits for it: writers, and those that wait
    /// for a flush. Requires: whatever the attempt wrote is removed.
    /// </summary>
    public void SpaceRanOut(SpaceNeed need, DatabaseException cause)
    {
        _space.Begin(need, cause);
        lock (_commitLock)
        {
            if (_space.RefusalFor(SpaceNeed.Flush) is { } refusal)
            {
                foreach (SealedMemtable memtable in _sealed)
                {
                    memtable.Fail(refusal);
                }
            }

            Monitor.PulseAll(_commitLock);
        }
    }

    /// <summary>Throws if writes are refused or the database is closed.</summary>
    public void ThrowIfUnwritable()
    {
        lock (_commitLock)
        {
            ThrowIfRefused();
        }
    }

    private static void Insert(ReadOnlySpan<byte> encoded, Memtable memtable)
    {
        BatchReader operations = new(encoded);
        while (operations.MoveNext())
        {
            memtable.Insert(operations.Keyspace, operations.Key, operations.Trailer, operations.Value);
        }

        Debug.Assert(!operations.IsMalformed, "The engine encoded a malformed batch.");
    }

    private void ThrowIfRefused()
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(Database));
        if (FindFailure())
        {
            throw Refusal();
        }
    }

    /// <summary>Whether writes must be refused, be it for a failure that log or manifest met on their own. Requires: commit lock held.</summary>
    private bool FindFailure()
    {
        _failure ??= _log.Failure ?? _versions.Failure;
        return _failure is not null;
    }

    private DatabaseException Refusal() => new(
        DatabaseError.WritesRefused,
        $"The database accepts no writes since an earlier failure ({_failure!.Message}). Mend the cause and reopen it.",
        innerException: _failure);
}
