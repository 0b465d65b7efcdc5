using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>Backups and restores of a cluster as clients ask for them, on any node.</summary>
/// <param name="node">This node.</param>
/// <param name="catalog">The classes.</param>
/// <param name="operations">What the nodes do together.</param>
/// <param name="settings">The settings.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ClusterTransfers(
    ClusterNode node, ClassCatalog catalog, ClusterBackups operations, ServerSettings settings, TimeProvider timeProvider)
{
    // The last restore whose classes are known to be on every node.
    private volatile OperationPlan? _servedEverywhere;

    /// <summary>Starts a backup.</summary>
    /// <param name="store">Where it goes, as this node reaches it.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="classes">Its classes.</param>
    /// <param name="cancellationToken">Stops the wait; the operation goes on.</param>
    /// <exception cref="RequestException">It cannot be started.</exception>
    public async Task StartCreateAsync(BackupStore store, BackupBody body, ImmutableArray<string> classes, CancellationToken cancellationToken)
    {
        RequireShared(store);

        // A class that was deleted since it was chosen is in no cut, and is left out.
        ImmutableArray<string> owners =
        [
            .. classes.Select(catalog.Find).OfType<StoredClass>().SelectMany(stored => stored.AllShards).Select(shard => shard.Place.Node ?? node.Self)
                .Append(node.Self).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        RequireMembers(owners);

        // All that are there, not the owners alone: until the cut any of them may get a tenant of the classes.
        await StartAsync(
            new OperationPlan
            {
                Operation = Guid.CreateVersion7(),
                Kind = OperationKind.Create,
                Id = body.Id,
                Backend = store.Name,
                Classes = classes,
                Participants = [.. owners.Union(node.Members.Members.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                CpuPercentage = body.CpuPercentage,
                Options = OperationPlace.Describe(body.Place),
                Started = timeProvider.GetUtcNow(),
            },
            OperationPhase.Claiming,
            cancellationToken);
    }

    /// <summary>Starts a restore.</summary>
    /// <param name="store">Where the backup is, as this node reaches it.</param>
    /// <param name="id">The backup.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="selection">Its classes.</param>
    /// <param name="renames">New names of classes.</param>
    /// <param name="cancellationToken">Stops the wait; the operation goes on.</param>
    /// <returns>The classes under the names that they get.</returns>
    /// <exception cref="RequestException">It cannot be started.</exception>
    /// <exception cref="BackupException">The backup cannot be restored.</exception>
    public async Task<ImmutableArray<string>> StartRestoreAsync(
        BackupStore store, string id, BackupBody body, ClassSelection selection, ImmutableDictionary<string, string> renames, CancellationToken cancellationToken)
    {
        RequireShared(store);
        if (body.OverwriteAliases)
        {
            throw RequestException.Unprocessable("overwriteAlias: a cluster leaves aliases where they are; move them when the restore is done");
        }

        BackupContents contents = await store.Service.Repository.ReadContentsAsync(id, cancellationToken);
        ImmutableArray<string> classes = selection.FromBackup(contents.Backup.Collections);
        ImmutableArray<string> names = ClassRenames.Apply(renames, classes);
        catalog.RequireNoSimilarName(names);
        if (names.FirstOrDefault(name => catalog.Find(name) is not null) is { } taken)
        {
            throw RequestException.Unprocessable($"could not restore class {taken}: it already exists. Delete it, exclude it, or restore it under another name.");
        }

        RequireRoom(contents, classes);
        ImmutableArray<string> members = [.. node.Members.Members.Keys];
        RequireMapped(contents, body.NodeMapping, members);
        await StartAsync(
            new OperationPlan
            {
                Operation = Guid.CreateVersion7(),
                Kind = OperationKind.Restore,
                Id = id,
                Backend = store.Name,
                Classes = classes,
                Participants = members,
                CpuPercentage = body.CpuPercentage,
                Renames = renames,
                NodeMapping = body.NodeMapping,
                Options = OperationPlace.Describe(body.Place),
                Started = timeProvider.GetUtcNow(),
            },
            phase: null,
            cancellationToken);
        return names;
    }

    /// <summary>The operation on a backup if it is the present one or the last; null otherwise.</summary>
    /// <exception cref="RequestException">503: the store cannot be reached.</exception>
    public async Task<OperationStatus?> FindAsync(OperationKind kind, string backend, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await operations.ReadStatusAsync(cancellationToken) is { } status && status.Plan.Kind == kind && status.Plan.Backend == backend && status.Plan.Id == id
                ? status
                : null;
        }
        catch (ClusterException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>As <see cref="FindAsync"/>, of a restore; whoever hears of its success finds the classes on every node.</summary>
    /// <exception cref="RequestException">503: the store cannot be reached, or a node does not confirm that it has the classes.</exception>
    public async Task<OperationStatus?> FindServedRestoreAsync(string backend, string id, CancellationToken cancellationToken)
    {
        OperationStatus? status = await FindAsync(OperationKind.Restore, backend, id, cancellationToken);
        if (status is { Record.Phase: OperationPhase.Done } && _servedEverywhere?.Operation != status.Plan.Operation)
        {
            await node.Schema.ConfirmAsync(cancellationToken);
            _servedEverywhere = status.Plan;
        }

        return status;
    }

    /// <summary>How the last restore of a backup ended if another operation came after it; null if it was never restored.</summary>
    /// <exception cref="RequestException">503: the store cannot be reached.</exception>
    public async Task<RestoreRecord?> FindEndedRestoreAsync(string backend, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await operations.FindEndedAsync(backend, id, cancellationToken) is { } ended
                ? new RestoreRecord(OperationProgress.StateOf(ended.Record), ended.Record.Error, ended.Started, ended.Record.Since)
                : null;
        }
        catch (ClusterException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>How far an operation has come.</summary>
    public BackupProgress ProgressOf(OperationStatus status) => OperationProgress.Of(status, timeProvider.GetUtcNow());

    /// <summary>Cancels an operation that is in progress, and waits until it has ended.</summary>
    /// <returns>Its end; null if it is not in progress.</returns>
    /// <exception cref="RequestException">503: the store cannot be reached.</exception>
    public async Task<OperationRecord?> CancelAsync(OperationKind kind, string backend, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(kind, backend, id, cancellationToken) is not { Record.IsFinal: false } running)
        {
            return null;
        }

        try
        {
            await operations.CancelAsync(running.Plan.Operation, cancellationToken);
        }
        catch (ClusterException failure)
        {
            throw Unavailable(failure);
        }

        return await operations.WaitAsync(running.Plan.Operation, record => record.IsFinal, cancellationToken);
    }

    private async Task StartAsync(OperationPlan plan, OperationPhase? phase, CancellationToken cancellationToken)
    {
        try
        {
            await operations.StartAsync(plan, cancellationToken);
        }
        catch (OperationInProgressException busy)
        {
            throw RequestException.Unprocessable(busy.Message);
        }
        catch (ClusterException failure)
        {
            throw Unavailable(failure);
        }

        // Whether the id could be claimed is known soon, and clients expect to hear of it with the answer.
        if (await operations.WaitAsync(plan.Operation, record => record.Phase != phase, cancellationToken) is { Phase: OperationPhase.Failed } failed)
        {
            throw RequestException.Unprocessable(failed.Error ?? "the operation failed");
        }
    }

    private void RequireShared(BackupStore store)
    {
        if (store.Name == FileSystemModule.Name && node.Members.Members.Count > 1 && !settings.Cluster!.IsFileSystemShared)
        {
            throw RequestException.Unprocessable(
                "backups of a cluster to the file system need one directory that all nodes have mounted: set BACKUP_FILESYSTEM_SHARED=true on all nodes if it is one, or use S3 or GCS");
        }
    }

    private void RequireMembers(ImmutableArray<string> owners)
    {
        if (owners.FirstOrDefault(owner => !node.Members.Members.ContainsKey(owner)) is { } missing)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"node '{missing}' is not there at present, and has shards of the classes; no backup of them can be made without it");
        }
    }

    private static void RequireMapped(BackupContents contents, ImmutableDictionary<string, string> mapping, ImmutableArray<string> members)
    {
        if (mapping.IsEmpty)
        {
            return;
        }

        string[] before = [.. contents.Shards.Select(shard => shard.Node).Distinct(StringComparer.Ordinal)];
        if (mapping.Keys.FirstOrDefault(name => !before.Contains(name)) is { } unknown)
        {
            throw RequestException.Unprocessable($"node_mapping: the backup has no node '{unknown}'; it has [{string.Join(' ', before)}]");
        }

        if (before.Select(name => mapping.GetValueOrDefault(name, name)).FirstOrDefault(name => !members.Contains(name)) is { } absent)
        {
            throw RequestException.Unprocessable($"node_mapping: '{absent}' is no node of this cluster at present; it has [{string.Join(' ', members)}]");
        }
    }

    /// <summary>Refuses what could not be published after all of it was brought back, as far as the backup's lists tell.</summary>
    private static void RequireRoom(BackupContents contents, ImmutableArray<string> classes)
    {
        long bytes = RestoreSize.AtLeast(contents, classes);
        if (bytes > BundleStore.MaxBytes)
        {
            throw RequestException.Unprocessable($"could not restore backup '{contents.Backup.Id}': {BundleStore.TooMany(bytes)}");
        }
    }

    private static RequestException Unavailable(ClusterException failure) => RequestException.Handler(
        StatusCodes.Status503ServiceUnavailable, $"the cluster's store cannot be used at present: {failure.Message}");
}
