using Basalt.Server.Cluster;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>A store that carries out what leases ask for at once, and answers later. No timer fires meanwhile.</summary>
internal sealed class LateStore(IClusterStore inner, TurnedClock clock) : IClusterStore
{
    /// <summary>How late its answers are.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether renewals do not reach it.</summary>
    public bool IsCutOff { get; set; }

    public async Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        LeaseGrant grant = await inner.GrantLeaseAsync(timeToLive, cancellationToken);
        clock.Turn(Delay, firesTimers: false);
        return grant;
    }

    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        if (IsCutOff)
        {
            throw new ClusterUnavailableException("It is cut off.");
        }

        TimeSpan timeToLive = await inner.KeepLeaseAliveAsync(leaseId, cancellationToken);
        clock.Turn(Delay, firesTimers: false);
        return timeToLive;
    }

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken) =>
        inner.RangeAsync(range, revision, limit, cancellationToken);

    public Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken) =>
        inner.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<WatchBatch> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(range, fromRevision, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
