using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>Counts what is asked of a store and what it tells, by kind.</summary>
internal sealed class CountingStore(IClusterStore inner) : IClusterStore
{
    private readonly ConcurrentDictionary<string, (long Count, long Bytes)> _counts = new(StringComparer.Ordinal);

    public (long Count, long Bytes) this[string kind] => _counts.GetValueOrDefault(kind);

    public IEnumerable<KeyValuePair<string, (long Count, long Bytes)>> Counts => _counts.OrderBy(count => count.Key, StringComparer.Ordinal);

    public async Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken)
    {
        RangePage page = await inner.RangeAsync(range, revision, limit, cancellationToken);
        Add($"read {KindOf(range.Start)}", page.Entries.Sum(SizeOf));
        return page;
    }

    public async Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        TransactionResult result = await inner.CommitAsync(transaction, cancellationToken);
        long bytes = transaction.Puts.Sum(put => (long)put.Key.Length + put.Value.Length);
        Add($"{(result.Succeeded ? "write" : "write refused")} {string.Join("+", transaction.Puts.Select(put => KindOf(put.Key)))}", bytes);
        return result;
    }

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Add("lease granted", 0);
        return inner.GrantLeaseAsync(timeToLive, cancellationToken);
    }

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        Add("lease renewed", 0);
        return inner.KeepLeaseAliveAsync(leaseId, cancellationToken);
    }

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        Add("lease revoked", 0);
        return inner.RevokeLeaseAsync(leaseId, cancellationToken);
    }

    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Add("watch begun", 0);
        await foreach (WatchBatch batch in inner.WatchAsync(range, fromRevision, cancellationToken))
        {
            foreach (WatchEvent change in batch.Events)
            {
                Add($"event {KindOf(change.Key)}", change.Entry is null ? change.Key.Length : SizeOf(change.Entry));
            }

            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static string KindOf(string key) =>
        key.Contains("/nodes/", StringComparison.Ordinal) ? "report"
        : key.EndsWith("/control/", StringComparison.Ordinal) ? "control"
        : key[(key.LastIndexOf('/') + 1)..];

    private static long SizeOf(ClusterEntry entry) => entry.Key.Length + entry.Value.Length;

    private void Add(string kind, long bytes) =>
        _counts.AddOrUpdate(kind, (1, bytes), (_, before) => (before.Count + 1, before.Bytes + bytes));
}
