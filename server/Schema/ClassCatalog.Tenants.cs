using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    // A step of a cluster's log takes little more; a server alone does all in one.
    private const int TenantsInClusterStep = 100;

    private int TenantsInStep => _log is null ? int.MaxValue : TenantsInClusterStep;

    /// <summary>
    /// What a request sees that reads or writes. By the settings of its class, a missing tenant is created for a write, and one that
    /// is not hot becomes so.
    /// </summary>
    /// <exception cref="RequestException">See <see cref="StoredClass.ScopeOf"/>.</exception>
    public ValueTask<ClassScope> ResolveAsync(StoredClass target, string? tenant, bool forWrite, CancellationToken cancellationToken)
    {
        if (tenant is not null && target.Definition.IsMultiTenant)
        {
            bool found = target.Tenants.TryGetValue(tenant, out Tenant? present);
            bool create = !found && forWrite && target.Definition.CreatesTenants;
            if (create || (found && present!.Status == TenantStatus.Cold && target.Definition.ActivatesTenants))
            {
                return new ValueTask<ClassScope>(MakeHotAsync(target, tenant, cancellationToken));
            }
        }

        return new ValueTask<ClassScope>(target.ScopeOf(tenant));
    }

    /// <summary>What a request sees that does not name the class.</summary>
    public IEnumerable<ClassScope> FindScopes(string? tenant)
    {
        foreach (StoredClass candidate in Classes)
        {
            if (candidate.FindScope(tenant) is { } scope)
            {
                yield return scope;
            }
        }
    }

    /// <summary>Adds tenants; those that are there stay as they are. In a cluster many come in several steps.</summary>
    /// <exception cref="RequestException">There is no such class (404), it has no tenants, or a name breaks a rule.</exception>
    public async Task AddTenantsAsync(string className, IReadOnlyDictionary<string, TenantStatus> tenants, CancellationToken cancellationToken)
    {
        GetMultiTenant(className);
        foreach (string name in tenants.Keys)
        {
            TenantRules.CheckName(name);
        }

        foreach (KeyValuePair<string, TenantStatus>[] step in tenants.Chunk(TenantsInStep))
        {
            await ChangeAsync(
                () =>
                {
                    StoredClass target = GetMultiTenant(className);
                    return new SchemaChange(
                        [.. step.Where(tenant => !target.Tenants.ContainsKey(tenant.Key)).Select(tenant => Entry(target, tenant.Key, tenant.Value))]);
                },
                cancellationToken);
        }
    }

    /// <summary>Changes the states of tenants: of all that are named, or of none.</summary>
    /// <exception cref="RequestException">There is no such class (404), it has no tenants, or one of these is missing.</exception>
    public Task UpdateTenantsAsync(string className, IReadOnlyDictionary<string, TenantStatus> tenants, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                StoredClass target = GetMultiTenant(className);
                return tenants.Keys.FirstOrDefault(name => !target.Tenants.ContainsKey(name)) is { } missing
                    ? throw target.TenantNotFound(missing)
                    : new SchemaChange([.. tenants.Select(tenant => Entry(target, tenant.Key, tenant.Value))]);
            },
            cancellationToken);

    /// <summary>Deletes tenants with all their objects; nothing happens to those that are not there. In a cluster many go in several steps.</summary>
    /// <exception cref="RequestException">There is no such class (404), or it has no tenants.</exception>
    public async Task DeleteTenantsAsync(string className, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        GetMultiTenant(className);
        foreach (string[] step in names.Distinct(StringComparer.Ordinal).Chunk(TenantsInStep))
        {
            await ChangeAsync(
                () =>
                {
                    StoredClass target = GetMultiTenant(className);
                    return new SchemaChange(
                        [.. step.Where(target.Tenants.ContainsKey).Select(name => new SchemaEntry(target.Name, TenantRecord.KeyText(name), null))]);
                },
                cancellationToken);
        }
    }

    private async Task<ClassScope> MakeHotAsync(StoredClass target, string tenant, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            () =>
            {
                StoredClass present = GetMultiTenant(target.Name);
                if (present.Tenants.TryGetValue(tenant, out Tenant? found) && found.Status == TenantStatus.Hot)
                {
                    return SchemaChange.None;
                }

                TenantRules.CheckName(tenant);
                return new SchemaChange([Entry(present, tenant, TenantStatus.Hot)]);
            },
            cancellationToken);
        return target.ScopeOf(tenant);
    }

    private SchemaEntry Entry(StoredClass target, string tenant, TenantStatus status)
    {
        Guid? id = target.Tenants.TryGetValue(tenant, out Tenant? present) ? present.Id : _log is null ? null : Guid.NewGuid();
        return new SchemaEntry(target.Name, TenantRecord.KeyText(tenant), TenantRecord.Encode(status, id, present?.Node));
    }

    private StoredClass GetMultiTenant(string className)
    {
        StoredClass target = Find(className)
            ?? throw RequestException.Handler(StatusCodes.Status404NotFound, $"class '{className}' not found in schema");
        return target.Definition.IsMultiTenant
            ? target
            : throw RequestException.Unprocessable($"multi-tenancy is not enabled for class \"{target.Name}\"");
    }

    /// <summary>Reads the tenants of a class that has just been found, and drops what is left of others. Requires: change lock held.</summary>
    private ImmutableSortedDictionary<string, Tenant> LoadTenants(SchemaRecord record, Keyspace schema, IReadOnlyList<Keyspace> keyspaces)
    {
        string className = record.Definition.Name;
        var byName = keyspaces.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        byName.Remove(schema.Name);
        ImmutableSortedDictionary<string, Tenant>.Builder tenants = ImmutableSortedDictionary.CreateBuilder<string, Tenant>(StringComparer.Ordinal);
        using (DatabaseIterator records = _database.Scan(schema, ScanRange.Prefix(TenantRecord.KeyPrefix)))
        {
            while (records.MoveNext())
            {
                string name = TenantRecord.Name(className, records.Key);
                TenantStatus status = TenantRecord.Decode(className, name, records.Value);
                string? node = TenantRecord.NodeOf(records.Value);
                ClassShard shard = OpenShard(className, record.PlaceOfTenant(name, node), byName, new VectorLengths());
                byName.Remove(KeyspaceNames.Objects(className, name));
                byName.Remove(KeyspaceNames.Index(className, name));
                tenants.Add(name, new Tenant(name, status, shard) { Id = TenantRecord.IdOf(records.Value), Node = node });
            }
        }

        if (byName.Count > 0)
        {
            _database.DropKeyspaces([.. byName.Values]);
            ServerLog.StrayKeyspacesDropped(_logger, className, byName.Count);
        }

        return tenants.ToImmutable();
    }
}
