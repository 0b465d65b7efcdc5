using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>What this node does for its part in backups and restores of the cluster.</summary>
internal sealed class ShareWork(
    ClusterNode node, Database database, ClassCatalog catalog, BackupModules modules, RestoreContents contents) : IShareWork
{
    private readonly CreateShareWork _create = new((plan, stop) => ServiceAsync(modules, plan, stop), node.Clock, catalog);
    private readonly StagedClasses _staged = new(database);
    private volatile BackupJob? _restore;

    // For this node to apply the newest schema. Who waits for more than that is told why.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public BackupProgress? Progress => _create.Progress ?? _restore?.Progress;

    /// <inheritdoc/>
    public Task PrepareAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) =>
        _create.PrepareAsync(plan, record, cancellationToken);

    /// <inheritdoc/>
    public Task<CutResult> CutAsync(OperationPlan plan, OperationRecord record, bool mayArm, CancellationToken cancellationToken) =>
        _create.CutAsync(plan, record, mayArm, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredShare> TransferAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) =>
        _create.TransferAsync(plan, record, cancellationToken);

    /// <inheritdoc/>
    public async Task StageAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names = ClassRenames.Apply(plan.Renames, plan.Classes);
        if (!_staged.AreHere(plan.Operation))
        {
            if (names.FirstOrDefault(name => catalog.Find(name) is not null) is { } taken)
            {
                throw RequestException.Unprocessable($"could not restore class {taken}: it already exists. Delete it, exclude it, or restore it under another name.");
            }

            _staged.Begin(plan, names);
            BackupService service = await ServiceAsync(modules, plan, cancellationToken);
            BackupContents backup = await contents.ReadAsync(plan, cancellationToken);
            var request = new RestoreRequest(plan.Id)
            {
                Include = plan.Classes,
                Rename = plan.Renames,
                Shards = RestorePlacement.Assign(backup, plan.Classes, plan.Participants, plan.NodeMapping)
                    .Where(place => place.Value == node.Self)
                    .Select(place => place.Key)
                    .ToHashSet(),
                CompletionMark = StagedClasses.MarkOf(plan.Operation),
                CpuPercentage = plan.CpuPercentage,
            };
            await RestoreAsync(service, request, cancellationToken);
        }

        if (!plan.Renames.IsEmpty)
        {
            await Task.Run(() => new ClassRenaming(database, plan.Renames).Apply(names), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken)
    {
        await _create.SettleAsync(record, cancellationToken);
        foreach ((Guid operation, ImmutableArray<string> classes) in _staged.All().Where(staged => record is null || record.IsFinal || staged.Operation != record.Operation))
        {
            // What was published came with a change of the schema, which this node may not have applied yet.
            await node.Schema.AwaitLatestAsync(cancellationToken).WaitAsync(LongestWait, cancellationToken);
            await catalog.WithoutChangesAsync(() => _staged.End(operation, classes.Where(name => !catalog.Has(name))), cancellationToken);
        }
    }

    private static async Task<BackupService> ServiceAsync(BackupModules modules, OperationPlan plan, CancellationToken cancellationToken) =>
        (await OperationPlace.OpenAsync(modules, plan, cancellationToken)).Service;

    private async Task RestoreAsync(BackupService service, RestoreRequest request, CancellationToken cancellationToken)
    {
        BackupJob job = await service.StartRestoreAsync(request, cancellationToken);
        _restore = job;
        try
        {
            await using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(_ => _ = job.CancelAsync(CancellationToken.None), null);
            await job.Completion;
        }
        catch (BackupException canceled) when (canceled.Error == BackupError.Canceled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(canceled.Message, canceled, cancellationToken);
        }
    }
}
