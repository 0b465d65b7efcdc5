namespace Basalt.Server.Cluster.Backups;

/// <summary>Writes a node's reports, which nobody else does. One call at a time.</summary>
internal sealed class NodeReporter(IClusterStore store, string key)
{
    private long _revision;

    /// <summary>The last report that was stored, by an earlier run of the process perhaps.</summary>
    public NodeReport? Last { get; private set; }

    /// <summary>Reads the last one.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        ClusterEntry? entry = await store.FindAsync(key, cancellationToken);
        _revision = entry?.ModRevision ?? 0;
        Last = entry is null ? null : OperationCodec.DecodeReport(entry);
    }

    /// <summary>Stores a report.</summary>
    /// <returns>False if that is to be tried again, after what is stored has been read.</returns>
    public async Task<bool> TryWriteAsync(NodeReport report, CancellationToken cancellationToken)
    {
        NodeReport written = report with { Write = Guid.NewGuid() };
        var transaction = new ClusterTransaction
        {
            Compares = [_revision == 0 ? ClusterCompare.Absent(key) : ClusterCompare.ModRevisionIs(key, _revision)],
            Puts = [new ClusterPut(key, OperationCodec.Encode(written)) { HasUniqueValue = true }],
        };
        try
        {
            TransactionResult result = await store.CommitAsync(transaction, cancellationToken);
            if (result.Succeeded)
            {
                _revision = result.Revision;
                Last = written;
                return true;
            }
        }
        catch (ClusterUnavailableException unavailable) when (unavailable.IsOutcomeUnknown)
        {
            // What is stored tells.
        }

        await ReadAsync(cancellationToken);
        return Last?.Write == written.Write;
    }
}
