using System.Runtime.CompilerServices;
using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>A node's way to a store that other nodes use, too: it can be cut, and ends without ending the store.</summary>
internal sealed class SharedStore(IClusterStore inner) : IClusterStore
{
    private volatile CancellationTokenSource _cut = new();

    /// <summary>From here on nothing gets through, and watches end.</summary>
    public void Cut() => _cut.Cancel();

    /// <summary>Ends <see cref="Cut"/>.</summary>
    public void Mend() => _cut = new CancellationTokenSource();

    public Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken) =>
        Reached().RangeAsync(range, revision, limit, cancellationToken);

    public Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken) =>
        Reached().CommitAsync(transaction, cancellationToken);

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Reached().GrantLeaseAsync(timeToLive, cancellationToken);

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken) =>
        Reached().KeepLeaseAliveAsync(leaseId, cancellationToken);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => Reached().RevokeLeaseAsync(leaseId, cancellationToken);

    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IClusterStore reached = Reached();
        CancellationToken cut = _cut.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        await using IAsyncEnumerator<WatchBatch> batches = reached.WatchAsync(range, fromRevision, either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await batches.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                throw Unavailable();
            }

            yield return batches.Current;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IClusterStore Reached() => _cut.IsCancellationRequested ? throw Unavailable() : inner;

    private static ClusterUnavailableException Unavailable() => new("the way to the store is cut");
}
