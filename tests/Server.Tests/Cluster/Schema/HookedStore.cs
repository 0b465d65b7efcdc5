using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>A node's way to a store, on which something happens before a read.</summary>
internal sealed class HookedStore(IClusterStore inner) : IClusterStore
{
    /// <summary>Called before each read, with what is read.</summary>
    public Func<KeyRange, Task> BeforeRead { get; set; } = static _ => Task.CompletedTask;

    public async Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken)
    {
        await BeforeRead(range);
        return await inner.RangeAsync(range, revision, limit, cancellationToken);
    }

    public Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken) =>
        inner.CommitAsync(transaction, cancellationToken);

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken) => inner.KeepLeaseAliveAsync(leaseId, cancellationToken);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public IAsyncEnumerable<WatchBatch> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(range, fromRevision, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
