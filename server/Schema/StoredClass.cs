using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>
/// A class that is in the database: its definition, which may grow, and its shards, or its tenants with a shard each. Some of the shards may
/// be on other nodes.
/// </summary>
/// <param name="record">What is stored about it.</param>
/// <param name="schema">Where that is stored.</param>
/// <param name="shards">Its shards in the order of <see cref="SchemaRecord.Shards"/>; none in a class with tenants.</param>
/// <param name="lengths">The lengths of vectors that its shards agree on; those of tenants do not.</param>
internal sealed class StoredClass(SchemaRecord record, Keyspace schema, ImmutableArray<ClassShard> shards, VectorLengths lengths)
{
    private volatile SchemaRecord _record = record;
    private volatile ImmutableSortedDictionary<string, Tenant> _tenants =
        ImmutableSortedDictionary.Create<string, Tenant>(StringComparer.Ordinal);

    /// <summary>The name.</summary>
    public string Name { get; } = record.Definition.Name;

    /// <summary>What is stored about it. Replaced as a whole, and durable before it is replaced.</summary>
    public SchemaRecord Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>The present definition.</summary>
    public ClassDefinition Definition => _record.Definition;

    /// <summary>Where the definition and the list of tenants are stored.</summary>
    public Keyspace Schema { get; } = schema;

    /// <summary>The tenants by name; none in a class without tenants. Replaced as a whole, and durable before it is replaced.</summary>
    public ImmutableSortedDictionary<string, Tenant> Tenants
    {
        get => _tenants;
        set => _tenants = value;
    }

    /// <summary>The lengths of vectors that its shards agree on, as far as this node knows.</summary>
    public VectorLengths VectorLengths { get; } = lengths;

    /// <summary>Whether its shards are on several nodes; not so of a class with tenants, each of which has one shard.</summary>
    public bool IsSpread { get; } = shards.Any(static shard => shard.Local is null);

    /// <summary>All shards, here and elsewhere.</summary>
    public IEnumerable<ClassShard> AllShards => HasTenants ? _tenants.Values.Select(tenant => tenant.Shard) : shards;

    /// <summary>All shards that are here.</summary>
    public IEnumerable<Shard> Shards => AllShards.Select(shard => shard.Local).OfType<Shard>();

    /// <summary>All keyspaces of the class that are here.</summary>
    public IReadOnlyList<Keyspace> Keyspaces => [Schema, .. Shards.SelectMany(shard => shard.Keyspaces)];

    // A class without tenants has at least one shard.
    private bool HasTenants => shards.IsEmpty;

    /// <summary>What a request sees of the class.</summary>
    /// <param name="tenant">The tenant that the request names, or null.</param>
    /// <exception cref="RequestException">The class has tenants and the request names none, or one that is not there or not hot; or the
    /// other way round.</exception>
    public ClassScope ScopeOf(string? tenant)
    {
        if (!HasTenants)
        {
            return tenant is null
                ? new ClassScope(this, shards)
                : throw RequestException.Unprocessable($"class {Name} has multi-tenancy disabled, but request was with tenant");
        }

        if (tenant is null)
        {
            throw RequestException.Unprocessable($"class {Name} has multi-tenancy enabled, but request was without tenant");
        }

        return !_tenants.TryGetValue(tenant, out Tenant? found) ? throw TenantNotFound(tenant)
            : found.Status == TenantStatus.Hot ? new ClassScope(this, found.Shards)
            : throw RequestException.Unprocessable($"class {Name}: tenant not active: '{tenant}'");
    }

    /// <summary>What a request sees that does not name the class; null if the class cannot be meant.</summary>
    public ClassScope? FindScope(string? tenant) =>
        !HasTenants ? (tenant is null ? new ClassScope(this, shards) : null)
        : tenant is not null && _tenants.TryGetValue(tenant, out Tenant? found) && found.Status == TenantStatus.Hot ? new ClassScope(this, found.Shards)
        : null;

    /// <summary>The shard that has the last word on the lengths of vectors when the shards are on several nodes.</summary>
    public ShardTarget LengthAuthority => new(this, shards[0]);

    /// <summary>The error for a tenant that is not there.</summary>
    public RequestException TenantNotFound(string tenant) =>
        RequestException.Unprocessable($"class {Name}: tenant not found: \"{tenant}\"");
}
