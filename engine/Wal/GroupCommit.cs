using System.Diagnostics;

namespace Basalt.Engine.Wal;

/// <summary>
/// Shares syncs between waiters: the first becomes the leader of a round and syncs everything appended so far; whoever arrives while a
/// round runs is served by the next one. So a lone writer waits for nobody and many writers share one sync, without a thread of its own
/// (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984).
/// </summary>
/// <remarks>
/// Invariants: (1) at most one round runs; (2) a round starts its sync after every waiter it serves had appended; (3) the durable position
/// never moves by a round that failed, and no round starts after a failure: the system may have dropped the dirty pages, and a second
/// sync would then report success for lost data (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
/// A blocking wait allocates nothing; asynchronous waiters of one round share one task.
/// </remarks>
/// <param name="sync">Makes everything appended durable and returns up to where that is.</param>
internal sealed class GroupCommit(Func<LogPosition> sync) : IThreadPoolWorkItem
{
    private static readonly long LongestGathering = Stopwatch.Frequency / 10_000;

    private readonly object _gate = new();
    private LogPosition _durable;
    private Exception? _failure;
    private int _arrived;
    private int _expected;
    private long _syncTime;
    private bool _isRunning;
    private bool _isLeaderQueued;
    private TaskCompletionSource? _thisRound;
    private TaskCompletionSource? _nextRound;

    /// <summary>Told once of the failure that ends the log, on whatever thread met it and after its waiters; a close is none.</summary>
    public Action<Exception> Failed { get; set; } = static _ => { };

    /// <summary>Why nothing becomes durable any more, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Up to where everything is durable.</summary>
    public LogPosition Durable
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>Blocks until a position is durable. One that was so before a failure still is.</summary>
    public void Wait(LogPosition position)
    {
        bool led = false;
        bool hasArrived = false;
        while (true)
        {
            lock (_gate)
            {
                if (position <= _durable)
                {
                    return;
                }

                ThrowIfFailed();
                _arrived += hasArrived ? 0 : 1;
                hasArrived = true;
                if (_isRunning)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                if (led)
                {
                    throw new DatabaseException($"Position {position} of the log was never appended.");
                }

                StartRound();
            }

            led = true;
            RunRound();
        }
    }

    /// <summary>Completes when a position is durable. Cancelling ends the wait and nothing else.</summary>
    public ValueTask WaitAsync(LogPosition position, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Task round;
        lock (_gate)
        {
            if (position <= _durable)
            {
                return ValueTask.CompletedTask;
            }

            if (_failure is not null)
            {
                return ValueTask.FromException(Refusal());
            }

            _arrived++;
            round = (_nextRound ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            QueueLeaderIfNeeded();
        }

        return new ValueTask(round.WaitAsync(cancellationToken));
    }

    /// <summary>Declares everything before a position durable by other means.</summary>
    public void Advance(LogPosition durable)
    {
        lock (_gate)
        {
            _durable = durable > _durable ? durable : _durable;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the log: all waits but those for durable positions fail from now on.</summary>
    public void Fail(Exception cause)
    {
        if (End(cause))
        {
            Failed(cause);
        }
    }

    /// <summary>As <see cref="Fail"/>, but on purpose: nobody is told.</summary>
    public void Close(Exception cause) => End(cause);

    public void ThrowIfFailed()
    {
        if (Failure is not null)
        {
            throw Refusal();
        }
    }

    /// <summary>Leads a round for asynchronous waiters.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _isLeaderQueued = false;
            if (_isRunning || _nextRound is null || _failure is not null)
            {
                // A round that runs queues a leader for them when it ends.
                return;
            }

            StartRound();
        }

        RunRound();
    }

    private void StartRound()
    {
        Debug.Assert(Monitor.IsEntered(_gate) && !_isRunning && _failure is null, "One round at a time, none after a failure.");
        _isRunning = true;
    }

    private void RunRound()
    {
        Exception? failure = null;
        LogPosition reached = default;
        int served = 0;
        long began = 0;
        try
        {
            served = Gather();
            began = Stopwatch.GetTimestamp();
            reached = sync();
        }
        catch (Exception cause)
        {
            // Whatever it was: followers rely on the leader to end the round.
            failure = cause;
        }

        TaskCompletionSource? round;
        bool isFirst = false;
        lock (_gate)
        {
            _isRunning = false;
            _expected = served + _arrived;
            _syncTime = Stopwatch.GetTimestamp() - began;
            round = _thisRound;
            _thisRound = null;
            if (failure is null)
            {
                _durable = reached > _durable ? reached : _durable;
                QueueLeaderIfNeeded();
                Monitor.PulseAll(_gate);
            }
            else
            {
                // In the same critical section that ends the round, or a waiter could begin another before the failure is known.
                isFirst = End(failure);
            }
        }

        if (failure is null)
        {
            round?.SetResult();
            return;
        }

        Complete(round);
        if (isFirst)
        {
            Failed(failure);
        }
    }

    /// <summary>
    /// Waits for the writers that the last round served: they come back at once with their next write, and would be served by every other
    /// round only if the sync began without them. At most a quarter of a sync's time, so that those who stay away cost little; a lone
    /// writer expects nobody. Four writers: 1.3 times as many synced writes.
    /// </summary>
    /// <returns>How many the round serves, about: those who arrived since the last sync began.</returns>
    private int Gather()
    {
        long deadline = Stopwatch.GetTimestamp() + Math.Min(_syncTime / 4, LongestGathering);
        while (Volatile.Read(ref _arrived) < _expected && Stopwatch.GetTimestamp() < deadline)
        {
            Thread.Yield();
        }

        lock (_gate)
        {
            ThrowIfFailed();
            _thisRound = _nextRound;
            _nextRound = null;
            int arrived = _arrived;
            _arrived = 0;
            return arrived;
        }
    }

    /// <summary>True for the first cause, which stays.</summary>
    private bool End(Exception cause)
    {
        bool isFirst;
        TaskCompletionSource? next;
        lock (_gate)
        {
            isFirst = _failure is null;
            _failure ??= cause;
            next = Interlocked.Exchange(ref _nextRound, null);
            Monitor.PulseAll(_gate);
        }

        Complete(next);
        return isFirst;
    }

    private void QueueLeaderIfNeeded()
    {
        if (!_isRunning && !_isLeaderQueued && _nextRound is not null && _failure is null)
        {
            _isLeaderQueued = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Complete(TaskCompletionSource? failed)
    {
        if (failed is not null)
        {
            failed.SetException(Refusal());

            // Its waiters may all have been cancelled; nobody is left to observe it then.
            _ = failed.Task.Exception;
        }
    }

    private DatabaseException Refusal() => new(
        DatabaseError.WritesRefused,
        $"The write-ahead log takes no more writes since one failed; close the database, check the disk, and open it again. Cause: {Failure?.Message}",
        innerException: Failure);
}
