namespace Basalt.Server.Cluster.Backups;

/// <summary>Reads the plan of the present operation, once.</summary>
internal sealed class OperationPlans(IClusterStore store, BackupKeys keys)
{
    private volatile OperationPlan? _last;

    /// <summary>The plan of an operation; null if another operation has taken its place.</summary>
    /// <exception cref="ClusterException">It cannot be read.</exception>
    public async Task<OperationPlan?> FindAsync(Guid operation, CancellationToken cancellationToken)
    {
        if (_last is { } known && known.Operation == operation)
        {
            return known;
        }

        if (await store.FindAsync(keys.Plan, cancellationToken) is not { } entry)
        {
            return null;
        }

        OperationPlan plan = OperationCodec.DecodePlan(entry);
        _last = plan;
        return plan.Operation == operation ? plan : null;
    }
}
