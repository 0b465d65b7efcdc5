using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>A part of a class that is kept apart from all others: a shard of the tenant's name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Status">Whether it may be used.</param>
/// <param name="Shard">Where its objects are.</param>
internal sealed record Tenant(string Name, TenantStatus Status, Shard Shard);
