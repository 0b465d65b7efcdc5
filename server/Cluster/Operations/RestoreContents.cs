using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Cluster.Operations;

/// <summary>
/// What is in the backup of the present restore, read once: the backup may be deleted while it is restored, which lets the transfers end but hides it from whoever
/// looks for it afterwards.
/// </summary>
internal sealed class RestoreContents(BackupModules modules)
{
    private volatile Known? _last;

    /// <summary>The contents of a restore's backup.</summary>
    /// <exception cref="BackupException">They cannot be read.</exception>
    public async Task<BackupContents> ReadAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        if (_last is { } known && known.Operation == plan.Operation)
        {
            return known.Contents;
        }

        BackupStore store = await OperationPlace.OpenAsync(modules, plan, cancellationToken);
        BackupContents contents = await store.Service.Repository.ReadContentsAsync(plan.Id, cancellationToken);
        _last = new Known(plan.Operation, contents);
        return contents;
    }

    private sealed record Known(Guid Operation, BackupContents Contents);
}
