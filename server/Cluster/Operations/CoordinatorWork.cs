using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>What a coordinator does in repositories and in the schema.</summary>
internal sealed class CoordinatorWork(ClusterNode node, ClassCatalog catalog, BackupModules modules, RestoreContents contents) : ICoordinatorWork
{
    // For this node to apply what others have agreed in. One that cannot, for want of space for example, must not hold up all others.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly RepositoryCoordinator _repositories = new((plan, stop) => OpenAsync(modules, plan, stop));

    /// <inheritdoc/>
    public long Clock => (long)node.Clock.Now().Value;

    /// <inheritdoc/>
    public Task<BackupTicket> ClaimAsync(OperationPlan plan, CancellationToken cancellationToken) => _repositories.ClaimAsync(plan, cancellationToken);

    /// <inheritdoc/>
    public Task<BackupTicket?> FindClaimAsync(OperationPlan plan, CancellationToken cancellationToken) =>
        _repositories.FindClaimAsync(plan, cancellationToken);

    /// <inheritdoc/>
    public IAsyncDisposable KeepAlive(OperationPlan plan, BackupTicket ticket) => _repositories.KeepAlive(plan, ticket);

    /// <inheritdoc/>
    public Task<BackupState> CommitAsync(
        OperationPlan plan, BackupTicket ticket, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken) =>
        _repositories.CommitAsync(plan, ticket, shares, cancellationToken);

    /// <inheritdoc/>
    public Task<BackupState> EndAsync(
        OperationPlan plan, BackupTicket ticket, bool isCanceled, string reason, CancellationToken cancellationToken) =>
        _repositories.EndAsync(plan, ticket, isCanceled, reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(
        OperationPlan plan, OperationRecord record, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken)
    {
        BackupContents backup = await contents.ReadAsync(plan, cancellationToken);
        ImmutableDictionary<ShardAddress, string> places = RestorePlacement.Assign(backup, plan.Classes, plan.Participants, plan.NodeMapping);
        await node.Schema.UnpackAsync(cancellationToken);
        await node.Schema.AwaitLatestAsync(cancellationToken).WaitAsync(LongestWait, cancellationToken);
        (IReadOnlyList<SchemaEntry> entries, long version) = await catalog.PlanAdoptionAsync(
            plan.Classes.ToDictionary(name => name, name => plan.Renames.GetValueOrDefault(name, name), StringComparer.Ordinal),
            (collection, stored) => Place(plan, collection, stored, places),
            cancellationToken);
        (ImmutableArray<ClusterCompare> compares, ImmutableArray<ClusterPut> puts) =
            await node.Schema.PublishAsync(plan.Operation, entries, version, fence, cancellationToken);
        return new Publication(compares, puts);
    }

    /// <inheritdoc/>
    public ImmutableArray<KeyRange> LeftoversOf(OperationPlan plan) =>
        plan.Kind == OperationKind.Restore ? [node.Keys.IncomingOf(plan.Operation)] : [];

    /// <summary>What is stored about a class, with its shards where they are now. New tenants are spread over all nodes.</summary>
    private static PlacedClass Place(
        OperationPlan plan, string collection, SchemaRecord record, ImmutableDictionary<ShardAddress, string> places) =>
        record.Definition.IsMultiTenant
            ? new PlacedClass(
                new SchemaRecord([], record.Definition) { Nodes = plan.Participants, Id = plan.Operation },
                [
                    .. places.Where(place => place.Key.Collection == collection)
                        .Select(place => new ShardPlace(place.Key.Shard, place.Value))
                        .OrderBy(place => place.Name, StringComparer.Ordinal),
                ])
            : new PlacedClass(
                new SchemaRecord([.. record.Shards.Select(shard => new ShardPlace(shard.Name, PlaceOf(collection, shard.Name, places)))], record.Definition)
                {
                    Id = plan.Operation,
                },
                []);

    private static string PlaceOf(string collection, string shard, ImmutableDictionary<ShardAddress, string> places) =>
        places.TryGetValue(new ShardAddress(collection, shard), out string? node)
            ? node
            : throw RequestException.Unprocessable(
                $"class {collection} cannot be restored: the backup lacks its shard '{shard}', because the class was being deleted when it was made. Exclude the class.");

    private static async Task<BackupRepository> OpenAsync(BackupModules modules, OperationPlan plan, CancellationToken cancellationToken) =>
        (await OperationPlace.OpenAsync(modules, plan, cancellationToken)).Service.Repository;
}
