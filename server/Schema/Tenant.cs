using System.Collections.Immutable;

namespace Basalt.Server.Schema;

/// <summary>A part of a class that is kept apart from all others: a shard of the tenant's name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Status">Whether it may be used.</param>
/// <param name="Shard">Where its objects are.</param>
internal sealed record Tenant(string Name, TenantStatus Status, ClassShard Shard)
{
    /// <summary>What tells it from other tenants of its name in a cluster; null outside of one.</summary>
    public Guid? Id { get; init; }

    /// <summary>The node that a restore has put it on; null if its name says where it is.</summary>
    public string? Node { get; init; }

    /// <summary>The shard by itself, as a list.</summary>
    public ImmutableArray<ClassShard> Shards { get; } = [Shard];
}
