using System.Runtime.CompilerServices;
using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>The store as one process sees it: from its kill on nothing it asks for arrives.</summary>
internal sealed class KillableStore(IClusterStore inner) : IClusterStore
{
    private volatile bool _isDead;

    /// <summary>Called before each transaction; the transaction is lost if that kills.</summary>
    public Action<ClusterTransaction> BeforeCommit { get; set; } = static _ => { };

    /// <summary>Called after each transaction; its answer is lost if that kills.</summary>
    public Action<ClusterTransaction> AfterCommit { get; set; } = static _ => { };

    public void Kill() => _isDead = true;

    public async Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken)
    {
        RequireLife();
        return await inner.RangeAsync(range, revision, limit, cancellationToken);
    }

    public async Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        RequireLife();
        BeforeCommit(transaction);
        RequireLife();
        TransactionResult result = await inner.CommitAsync(transaction, cancellationToken);
        AfterCommit(transaction);
        RequireLife();
        return result;
    }

    public async Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        RequireLife();
        return await inner.GrantLeaseAsync(timeToLive, cancellationToken);
    }

    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        RequireLife();
        return await inner.KeepLeaseAliveAsync(leaseId, cancellationToken);
    }

    public async Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        RequireLife();
        await inner.RevokeLeaseAsync(leaseId, cancellationToken);
    }

    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequireLife();
        await foreach (WatchBatch batch in inner.WatchAsync(range, fromRevision, cancellationToken))
        {
            RequireLife();
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void RequireLife()
    {
        if (_isDead)
        {
            throw new ClusterUnavailableException("The process is gone.");
        }
    }
}
