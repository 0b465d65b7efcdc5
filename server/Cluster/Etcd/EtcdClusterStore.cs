using System.Security.Cryptography;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>etcd's keys and leases, over the JSON gateway of its version 3 API.</summary>
internal sealed class EtcdClusterStore : IClusterStore
{
    private readonly EtcdClient _client;
    private readonly EtcdTransactions _transactions;

    /// <param name="options">Where etcd is.</param>
    /// <param name="clock">The clock of pauses and patience.</param>
    public EtcdClusterStore(EtcdOptions options, TimeProvider clock)
    {
        _client = new EtcdClient(options, clock);
        _transactions = new EtcdTransactions(_client, this);
    }

    /// <inheritdoc/>
    public async Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        EtcdMessages.RangeResponse response = await _client.CallAsync(
            "kv/range",
            new EtcdMessages.RangeRequest(EtcdText.Bytes(range.Start), EtcdText.Bytes(range.End), limit, revision),
            EtcdJsonContext.Default.RangeRequest,
            EtcdJsonContext.Default.RangeResponse,
            isRepeatable: true,
            cancellationToken);
        long current = response.Header?.Revision ?? throw new ClusterRequestException("etcd answered a read without a revision.");
        return new RangePage(revision == 0 ? current : revision, [.. (response.Kvs ?? []).Select(EtcdText.Entry)], response.More);
    }

    /// <inheritdoc/>
    public Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        transaction.Validate();
        return _transactions.CommitAsync(transaction, cancellationToken);
    }

    /// <summary>Grants a lease whose number is chosen here, so that a repeated request does not take two.</summary>
    public async Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        long id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue | 1;
        try
        {
            EtcdMessages.LeaseResponse response = await _client.CallAsync(
                "lease/grant",
                new EtcdMessages.GrantRequest(id, (long)Math.Ceiling(timeToLive.TotalSeconds)),
                EtcdJsonContext.Default.GrantRequest,
                EtcdJsonContext.Default.LeaseResponse,
                isRepeatable: true,
                cancellationToken);
            return new LeaseGrant(response.Id, TimeSpan.FromSeconds(response.Seconds));
        }
        catch (ClusterRequestException failure) when (failure.Message.Contains("lease already exists", StringComparison.Ordinal))
        {
            // Of 2^62 numbers nobody else chose this one: an attempt whose answer was lost was carried out.
            return new LeaseGrant(id, await KeepLeaseAliveAsync(id, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        EtcdMessages.KeepAliveResponse response = await _client.CallAsync(
            "lease/keepalive",
            new EtcdMessages.LeaseRequest(leaseId),
            EtcdJsonContext.Default.LeaseRequest,
            EtcdJsonContext.Default.KeepAliveResponse,
            isRepeatable: true,
            cancellationToken);
        return response.Result is { Seconds: > 0 } lease
            ? TimeSpan.FromSeconds(lease.Seconds)
            : throw new ClusterLeaseLostException($"Lease {leaseId:x} has expired or was revoked.");
    }

    /// <inheritdoc/>
    public async Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        try
        {
            await _client.CallAsync(
                "lease/revoke",
                new EtcdMessages.LeaseRequest(leaseId),
                EtcdJsonContext.Default.LeaseRequest,
                EtcdJsonContext.Default.LeaseResponse,
                isRepeatable: true,
                cancellationToken);
        }
        catch (ClusterLeaseLostException)
        {
            // It is gone, as was asked for.
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchBatch> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRevision, 1);
        return new EtcdWatch(_client, range, fromRevision).ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
