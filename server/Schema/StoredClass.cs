using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>
/// A class that is in the database: its definition, which may grow, and its one shard, or its tenants with a shard each.
/// </summary>
internal sealed class StoredClass(ClassDefinition definition, Keyspace schema, Shard? onlyShard)
{
    private volatile ClassDefinition _definition = definition;
    private volatile ImmutableSortedDictionary<string, Tenant> _tenants =
        ImmutableSortedDictionary.Create<string, Tenant>(StringComparer.Ordinal);

    /// <summary>The name.</summary>
    public string Name { get; } = definition.Name;

    /// <summary>The present definition. Replaced as a whole, and durable before it is replaced.</summary>
    public ClassDefinition Definition
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>Where the definition and the list of tenants are stored.</summary>
    public Keyspace Schema { get; } = schema;

    /// <summary>The tenants by name; none in a class without tenants. Replaced as a whole, and durable before it is replaced.</summary>
    public ImmutableSortedDictionary<string, Tenant> Tenants
    {
        get => _tenants;
        set => _tenants = value;
    }

    /// <summary>The name of the one shard; empty in a class with tenants.</summary>
    public string OnlyShardName => onlyShard?.Name ?? string.Empty;

    /// <summary>All shards.</summary>
    public IEnumerable<Shard> Shards => onlyShard is not null ? [onlyShard] : _tenants.Values.Select(tenant => tenant.Shard);

    /// <summary>All keyspaces of the class.</summary>
    public IReadOnlyList<Keyspace> Keyspaces => [Schema, .. Shards.SelectMany(shard => shard.Keyspaces)];

    /// <summary>The shard for a request.</summary>
    /// <param name="tenant">The tenant that the request names, or null.</param>
    /// <exception cref="RequestException">The class has tenants and the request names none, or one that is not there or not hot; or the
    /// other way round.</exception>
    public Shard ShardOf(string? tenant)
    {
        if (onlyShard is not null)
        {
            return tenant is null
                ? onlyShard
                : throw RequestException.Unprocessable($"class {Name} has multi-tenancy disabled, but request was with tenant");
        }

        if (tenant is null)
        {
            throw RequestException.Unprocessable($"class {Name} has multi-tenancy enabled, but request was without tenant");
        }

        return !_tenants.TryGetValue(tenant, out Tenant? found) ? throw TenantNotFound(tenant)
            : found.Status == TenantStatus.Hot ? found.Shard
            : throw RequestException.Unprocessable($"class {Name}: tenant not active: '{tenant}'");
    }

    /// <summary>The shard for a request that does not name the class; null if the class cannot be meant.</summary>
    public Shard? FindShard(string? tenant) =>
        onlyShard is not null ? (tenant is null ? onlyShard : null)
        : tenant is not null && _tenants.TryGetValue(tenant, out Tenant? found) && found.Status == TenantStatus.Hot ? found.Shard
        : null;

    /// <summary>The error for a tenant that is not there.</summary>
    public RequestException TenantNotFound(string tenant) =>
        RequestException.Unprocessable($"class {Name}: tenant not found: \"{tenant}\"");
}
