using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    /// <summary>
    /// The shard for a request that reads or writes. By the settings of its class, a missing tenant is created for a write, and one that
    /// is not hot becomes so.
    /// </summary>
    /// <exception cref="RequestException">See <see cref="StoredClass.ShardOf"/>.</exception>
    public ValueTask<ShardTarget> ResolveAsync(StoredClass target, string? tenant, bool forWrite, CancellationToken cancellationToken)
    {
        if (tenant is not null && target.Definition.IsMultiTenant)
        {
            bool found = target.Tenants.TryGetValue(tenant, out Tenant? present);
            bool create = !found && forWrite && target.Definition.CreatesTenants;
            if (create || (found && present!.Status == TenantStatus.Cold && target.Definition.ActivatesTenants))
            {
                return new ValueTask<ShardTarget>(MakeHotAsync(target, tenant, cancellationToken));
            }
        }

        return new ValueTask<ShardTarget>(new ShardTarget(target, target.ShardOf(tenant)));
    }

    /// <summary>The shards for a request that does not name the class.</summary>
    public IEnumerable<ShardTarget> FindShards(string? tenant)
    {
        foreach (StoredClass candidate in Classes)
        {
            if (candidate.FindShard(tenant) is { } shard)
            {
                yield return new ShardTarget(candidate, shard);
            }
        }
    }

    /// <summary>Adds tenants; those that are there stay as they are.</summary>
    /// <exception cref="RequestException">There is no such class (404), it has no tenants, or a name breaks a rule.</exception>
    public Task AddTenantsAsync(string className, IReadOnlyDictionary<string, TenantStatus> tenants, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                StoredClass target = GetMultiTenant(className);
                AddTenants(target, tenants);
                return target;
            },
            cancellationToken);

    /// <summary>Changes the states of tenants: of all that are named, or of none.</summary>
    /// <exception cref="RequestException">There is no such class (404), it has no tenants, or one of these is missing.</exception>
    public Task UpdateTenantsAsync(string className, IReadOnlyDictionary<string, TenantStatus> tenants, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                StoredClass target = GetMultiTenant(className);
                ImmutableSortedDictionary<string, Tenant> changed = target.Tenants;
                var batch = new WriteBatch();
                foreach ((string name, TenantStatus status) in tenants)
                {
                    Tenant present = changed.TryGetValue(name, out Tenant? found) ? found : throw target.TenantNotFound(name);
                    batch.Put(target.Schema, TenantRecord.Key(name), TenantRecord.Encode(status));
                    changed = changed.SetItem(name, present with { Status = status });
                }

                _database.Write(batch, Durability.Sync);
                target.Tenants = changed;
                return target;
            },
            cancellationToken);

    /// <summary>Deletes tenants with all their objects; nothing happens to those that are not there.</summary>
    /// <exception cref="RequestException">There is no such class (404), or it has no tenants.</exception>
    public Task DeleteTenantsAsync(string className, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        ChangeAsync(
            async () =>
            {
                StoredClass target = GetMultiTenant(className);
                List<Tenant> deleted = [.. names.Distinct(StringComparer.Ordinal).Where(target.Tenants.ContainsKey).Select(name => target.Tenants[name])];
                if (deleted.Count == 0)
                {
                    return;
                }

                // A stop before the keyspaces are gone leaves some without a record, which the next load drops.
                var batch = new WriteBatch();
                foreach (Tenant tenant in deleted)
                {
                    batch.Delete(target.Schema, TenantRecord.Key(tenant.Name));
                }

                _database.Write(batch, Durability.Sync);
                target.Tenants = target.Tenants.RemoveRange(deleted.Select(tenant => tenant.Name));
                foreach (Tenant tenant in deleted)
                {
                    await tenant.Shard.CloseAsync(CancellationToken.None);
                }

                _database.DropKeyspaces([.. deleted.SelectMany(tenant => tenant.Shard.Keyspaces)]);
                ServerLog.TenantsDeleted(_logger, target.Name, deleted.Count);
            },
            cancellationToken);

    private async Task<ShardTarget> MakeHotAsync(StoredClass target, string tenant, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            () =>
            {
                StoredClass present = GetMultiTenant(target.Name);
                if (!present.Tenants.TryGetValue(tenant, out Tenant? found))
                {
                    AddTenants(present, new Dictionary<string, TenantStatus> { [tenant] = TenantStatus.Hot });
                }
                else if (found.Status != TenantStatus.Hot)
                {
                    _database.Put(present.Schema, TenantRecord.Key(tenant), TenantRecord.Encode(TenantStatus.Hot), Durability.Sync);
                    present.Tenants = present.Tenants.SetItem(tenant, found with { Status = TenantStatus.Hot });
                }

                return present;
            },
            cancellationToken);
        return new ShardTarget(target, target.ShardOf(tenant));
    }

    /// <summary>Requires: change lock held.</summary>
    private void AddTenants(StoredClass target, IReadOnlyDictionary<string, TenantStatus> tenants)
    {
        List<string> names = [.. tenants.Keys.Where(name => !target.Tenants.ContainsKey(name))];
        names.ForEach(TenantRules.CheckName);
        if (names.Count == 0)
        {
            return;
        }

        string[] wanted = [.. names.SelectMany(name => (string[])[KeyspaceNames.Objects(target.Name, name), KeyspaceNames.Index(target.Name, name)])];
        Keyspace[] strays = [.. wanted.Select(_database.FindKeyspace).OfType<Keyspace>()];
        if (strays.Length > 0)
        {
            // Of a deletion that found no space for its second half.
            _database.DropKeyspaces(strays);
        }

        // The records come last: keyspaces without one are dropped when the class is loaded.
        IReadOnlyList<Keyspace> keyspaces = _database.CreateKeyspaces(wanted);
        ImmutableSortedDictionary<string, Tenant>.Builder added = target.Tenants.ToBuilder();
        var batch = new WriteBatch();
        for (int i = 0; i < names.Count; i++)
        {
            TenantStatus status = tenants[names[i]];
            batch.Put(target.Schema, TenantRecord.Key(names[i]), TenantRecord.Encode(status));
            var shard = new Shard(_database, _commitBuffers, target.Name, names[i], keyspaces[2 * i], keyspaces[(2 * i) + 1]);
            added.Add(names[i], new Tenant(names[i], status, shard));
        }

        WriteOrDrop(batch, keyspaces);
        target.Tenants = added.ToImmutable();
        ServerLog.TenantsCreated(_logger, target.Name, names.Count);
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
    private ImmutableSortedDictionary<string, Tenant> LoadTenants(string className, Keyspace schema, IReadOnlyList<Keyspace> keyspaces)
    {
        var byName = keyspaces.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        byName.Remove(schema.Name);
        ImmutableSortedDictionary<string, Tenant>.Builder tenants = ImmutableSortedDictionary.CreateBuilder<string, Tenant>(StringComparer.Ordinal);
        using (DatabaseIterator records = _database.Scan(schema, ScanRange.Prefix(TenantRecord.KeyPrefix)))
        {
            while (records.MoveNext())
            {
                string name = TenantRecord.Name(className, records.Key);
                TenantStatus status = TenantRecord.Decode(className, name, records.Value);
                var shard = new Shard(
                    _database, _commitBuffers, className, name, Take(KeyspaceNames.Objects(className, name)), Take(KeyspaceNames.Index(className, name)));
                tenants.Add(name, new Tenant(name, status, shard));
            }
        }

        if (byName.Count > 0)
        {
            _database.DropKeyspaces([.. byName.Values]);
            ServerLog.StrayKeyspacesDropped(_logger, className, byName.Count);
        }

        return tenants.ToImmutable();

        Keyspace Take(string name) => byName.Remove(name, out Keyspace? found) ? found : throw MissingKeyspace(className, name);
    }
}
