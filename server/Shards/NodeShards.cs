using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

/// <summary>The shards of what a request sees of a class that are on one node.</summary>
/// <param name="Node">The node; null for this one.</param>
/// <param name="Class">The class.</param>
/// <param name="Tenant">The tenant; null in a class without tenants.</param>
/// <param name="Shards">The shards.</param>
internal sealed record NodeShards(string? Node, StoredClass Class, string? Tenant, IReadOnlyList<ClassShard> Shards)
{
    /// <summary>The shards by node.</summary>
    public static IReadOnlyList<NodeShards> Of(ClassScope scope) => scope.IsHere
        ? [new NodeShards(null, scope.Class, scope.Tenant, scope.Shards)]
        : [.. scope.Shards
            .GroupBy(static shard => shard.Local is null ? shard.Place.Node : null)
            .Select(node => new NodeShards(node.Key, scope.Class, scope.Tenant, [.. node]))];

    /// <summary>One shard.</summary>
    public static NodeShards Of(ShardTarget target) =>
        new(target.Shard.Local is null ? target.Shard.Place.Node : null, target.Class, target.Tenant, [target.Shard]);

    /// <summary>Whether an object is in one of them, if it is anywhere.</summary>
    public bool Holds(Guid id) =>
        Class.Definition.IsMultiTenant || (Class.FindScope(null) is { } scope && Shards.Contains(scope.ShardOf(id).Shard));
}
