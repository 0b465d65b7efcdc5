using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Basalt.Server.Cluster;

/// <summary>The store of a cluster of one node: in memory, with the semantics of etcd.</summary>
/// <param name="clock">The time that leases live by.</param>
/// <param name="maxHistory">How many revisions are kept before older ones are compacted away.</param>
internal sealed class InProcessClusterStore(TimeProvider clock, int maxHistory = InProcessClusterStore.DefaultMaxHistory) : IClusterStore
{
    /// <summary>Revisions that are kept by default.</summary>
    public const int DefaultMaxHistory = 10_000;

    private readonly Lock _lock = new();
    private readonly RevisionHistory _history = new();
    private readonly LeaseTable _leases = new(clock);
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Forgets all that happened before a revision, which itself can still be read.</summary>
    public void Compact(long revision)
    {
        lock (_lock)
        {
            _history.Compact(revision);
            Signal();
        }
    }

    /// <inheritdoc/>
    public Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (_lock)
        {
            Expire();
            return Task.FromResult(_history.Read(range, revision == 0 ? _history.Revision : revision, limit));
        }
    }

    /// <inheritdoc/>
    public Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Validate();
        lock (_lock)
        {
            Expire();
            if (!transaction.Compares.All(compare => compare.Holds(_history.Find(compare.Key))))
            {
                return Task.FromResult(new TransactionResult(
                    false, _history.Revision, [.. transaction.ElseReads.Select(range => _history.Read(range, _history.Revision, int.MaxValue))]));
            }

            foreach (ClusterPut put in transaction.Puts.Where(put => put.LeaseId != 0))
            {
                _leases.Require(put.LeaseId);
            }

            Apply(transaction.Deletes, transaction.Puts);
            return Task.FromResult(new TransactionResult(true, _history.Revision, []));
        }
    }

    /// <inheritdoc/>
    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        lock (_lock)
        {
            Expire();
            return Task.FromResult(_leases.Grant(timeToLive, ExpireOnTime));
        }
    }

    /// <inheritdoc/>
    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Expire();
            return Task.FromResult(_leases.Renew(leaseId));
        }
    }

    /// <inheritdoc/>
    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Expire();
            if (_leases.Remove(leaseId))
            {
                DeleteKeysOf(leaseId);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRevision, 1);
        long next = fromRevision;
        while (true)
        {
            WatchBatch? batch;
            Task changed;
            lock (_lock)
            {
                Expire();
                batch = _history.EventsSince(range, next);
                changed = _changed.Task;
                next = Math.Max(next, _history.Revision + 1);
            }

            if (batch is not null)
            {
                yield return batch;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _leases.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ExpireOnTime()
    {
        lock (_lock)
        {
            Expire();
            _leases.ResetTimers();
        }
    }

    // Requires: lock held, as for all below.
    private void Expire()
    {
        foreach (long leaseId in _leases.TakeExpired())
        {
            DeleteKeysOf(leaseId);
        }
    }

    private void DeleteKeysOf(long leaseId) => Apply([.. _history.KeysOf(leaseId).Select(KeyRange.Key)], []);

    private void Apply(ImmutableArray<KeyRange> deletes, ImmutableArray<ClusterPut> puts)
    {
        if (_history.Write(deletes, puts))
        {
            _history.Compact(_history.Revision - maxHistory);
            Signal();
        }
    }

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
