using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>What a coordinator does in repositories and in the schema.</summary>
internal sealed class CoordinatorWork(ClusterNode node, ClassCatalog catalog, BackupModules modules) : ICoordinatorWork
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
    public async Task<Publication> PublishAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        BackupContents contents = await (await OpenAsync(modules, plan, cancellationToken)).ReadContentsAsync(plan.Id, cancellationToken);
        ImmutableDictionary<ShardAddress, string> places = RestorePlacement.Assign(contents, plan.Classes, plan.Participants, plan.NodeMapping);
        await node.Schema.UnpackAsync(cancellationToken);
        await node.Schema.AwaitLatestAsync(cancellationToken).WaitAsync(LongestWait, cancellationToken);
        (IReadOnlyList<SchemaEntry> entries, long version) = await catalog.PlanAdoptionAsync(
            plan.Classes.ToDictionary(name => name, name => plan.Renames.GetValueOrDefault(name, name), StringComparer.Ordinal),
            (collection, record) => Place(plan, collection, record, places),
            cancellationToken);
        try
        {
            (ImmutableArray<ClusterCompare> compares, ImmutableArray<ClusterPut> puts) = node.Schema.Publish(entries, version);
            return new Publication(compares, puts);
        }
        catch (ClusterException tooMany) when (tooMany is not ClusterUnavailableException)
        {
            throw RequestException.Unprocessable(tooMany.Message);
        }
    }

    /// <summary>What is stored about a class, with its shards where they are now. New tenants are spread over all nodes.</summary>
    private static SchemaRecord Place(
        OperationPlan plan, string collection, SchemaRecord record, ImmutableDictionary<ShardAddress, string> places)
    {
        IEnumerable<string> names = record.Definition.IsMultiTenant
            ? places.Keys.Where(shard => shard.Collection == collection).Select(shard => shard.Shard).Order(StringComparer.Ordinal)
            : record.Shards.Select(shard => shard.Name);
        ImmutableArray<ShardPlace> shards = [.. names.Select(name => new ShardPlace(name, PlaceOf(collection, name, places)))];
        return new SchemaRecord(shards, record.Definition)
        {
            Nodes = record.Definition.IsMultiTenant ? plan.Participants : [],
            Id = plan.Operation,
        };
    }

    private static string PlaceOf(string collection, string shard, ImmutableDictionary<ShardAddress, string> places) =>
        places.TryGetValue(new ShardAddress(collection, shard), out string? node)
            ? node
            : throw RequestException.Unprocessable(
                $"class {collection} cannot be restored: the backup lacks its shard '{shard}', because the class was being deleted when it was made. Exclude the class.");

    private static async Task<BackupRepository> OpenAsync(BackupModules modules, OperationPlan plan, CancellationToken cancellationToken) =>
        (await OperationPlace.OpenAsync(modules, plan, cancellationToken)).Service.Repository;
}
