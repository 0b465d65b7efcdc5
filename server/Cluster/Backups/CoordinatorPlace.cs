using System.Text;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// The place of the coordinator: a key that lives with a lease. Every record is stored only if the key has the revision that it was taken at, so
/// that a former coordinator, whatever it believes, stores none.
/// </summary>
internal sealed class CoordinatorPlace : IAsyncDisposable
{
    private readonly ClusterLease _lease;
    private readonly string _key;

    private CoordinatorPlace(ClusterLease lease, string key, long revision)
    {
        _lease = lease;
        _key = key;
        Revision = revision;
    }

    /// <summary>The revision of the key.</summary>
    public long Revision { get; }

    /// <summary>Canceled when the place is lost.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>Whether the place is lost.</summary>
    public bool IsLost => _lease.IsLost;

    /// <summary>What has to hold of whatever the coordinator stores.</summary>
    public ClusterCompare Fence => ClusterCompare.ModRevisionIs(_key, Revision);

    /// <summary>Takes the place; null if another has it.</summary>
    /// <exception cref="ClusterException">The store cannot be reached, or refuses.</exception>
    public static async Task<CoordinatorPlace?> TryTakeAsync(
        IClusterStore store, string key, ClusterBackupOptions options, CancellationToken cancellationToken)
    {
        ClusterLease lease = await ClusterLease.AcquireAsync(store, options.LockTimeToLive, options.TimeProvider, cancellationToken);
        try
        {
            string value = $"{options.Node} {options.Instance} {Guid.NewGuid()}";
            TransactionResult result = await store.CommitAsync(
                new ClusterTransaction
                {
                    Compares = [ClusterCompare.Absent(key)],
                    Puts = [new ClusterPut(key, Encoding.UTF8.GetBytes(value)) { LeaseId = lease.Id, HasUniqueValue = true }],
                },
                cancellationToken);
            if (result.Succeeded)
            {
                return new CoordinatorPlace(lease, key, result.Revision);
            }
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }

        await lease.DisposeAsync();
        return null;
    }

    /// <summary>Gives the place up.</summary>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();
}
