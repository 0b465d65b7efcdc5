using System.Collections.Immutable;
using System.Text;
using Basalt.Engine;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    /// <summary>Makes a change here: durable first, then visible. Requires: change lock held.</summary>
    /// <exception cref="DatabaseException">There is no space for it; then nothing of it is visible, and it can be applied again.</exception>
    private async Task ApplyAsync(SchemaChange change)
    {
        long ofDefinitions = change.Entries.Any(entry => entry.IsDefinition) ? 1 : 0;
        Interlocked.Add(ref _definitionStamp, ofDefinitions);
        try
        {
            await ApplyEntriesAsync(change);
        }
        finally
        {
            Interlocked.Add(ref _definitionStamp, ofDefinitions);
        }
    }

    private async Task ApplyEntriesAsync(SchemaChange change)
    {
        HashSet<string> dropped = [.. change.Entries.Where(entry => entry is { IsDefinition: true, Value: null }).Select(entry => entry.ClassName)];
        foreach (string name in dropped)
        {
            await DropAsync(name);
        }

        ILookup<bool, SchemaEntry> entries = change.Entries.Where(entry => !dropped.Contains(entry.ClassName)).ToLookup(entry => _classes.ContainsKey(entry.ClassName));
        foreach (IGrouping<string, SchemaEntry> entriesOfNew in entries[false].GroupBy(entry => entry.ClassName))
        {
            Create(entriesOfNew.Key, [.. entriesOfNew.Where(entry => entry.Value is not null)]);
        }

        if (entries[true].Any())
        {
            await ChangeEntriesAsync([.. entries[true]]);
        }
    }

    private async Task DropAsync(string name)
    {
        if (!_classes.TryGetValue(name, out StoredClass? target))
        {
            return;
        }

        // From here on no request finds the class; those that did find it have finished their writes once the shard is closed.
        _classes = _classes.Remove(name);
        ForgetAliases(name);
        foreach (Shard shard in target.Shards)
        {
            await shard.CloseAsync(CancellationToken.None);
        }

        try
        {
            _database.DropKeyspaces(target.Keyspaces);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // All of it is still there, and must not come back at the next start only.
            Adopt(name, KeyspacesOf(name), overwriteAliases: false);
            throw;
        }

        ServerLog.ClassDeleted(_logger, name);
    }

    /// <summary>Creates a class that is not in the catalog, or takes over what a restore in a cluster, or an earlier run, has put beside it.</summary>
    private void Create(string name, IReadOnlyList<SchemaEntry> entries)
    {
        SchemaEntry definition = entries.First(entry => entry.IsDefinition);
        var record = SchemaRecord.Decode(name, definition.Value!.Value);
        Keyspace? stored = _database.FindKeyspace(KeyspaceNames.Schema(name));
        Keyspace[] present = stored is null ? [] : KeyspacesOf(name);
        if (stored is not null && !IsSameClass(stored, record))
        {
            // Of a creation that found no space for its record nor for taking itself back, or of a class that was deleted while this node was away.
            _database.DropKeyspaces(present);
            ServerLog.HalfCreatedClassDropped(_logger, name);
            present = [];
        }

        bool isStaged = IsStaged(record) && !IsApplied(stored, record);
        ILookup<bool, SchemaEntry> tenants = entries.Where(entry => TenantRecord.IsKey(entry.Key)).ToLookup(tenant => isStaged && IsOfRestore(tenant, record));
        if (present.Length > 0)
        {
            present = WithoutFormerTenants(name, present, ReadEntries(stored!), tenants[false]);
        }

        string[] missing = [.. KeyspacesOf(record, tenants.SelectMany(group => group)).Except(present.Select(keyspace => keyspace.Name))];
        string[] lost = [.. missing.Intersect(KeyspacesOf(record, tenants[true]))];
        if (lost.Length > 0 && (isStaged || (present.Length > 0 && !record.Definition.IsMultiTenant)))
        {
            // Empty shards in their place would pass for the whole class.
            throw MissingKeyspace(name, lost[0]);
        }

        IReadOnlyList<Keyspace> created = missing.Length > 0 ? _database.CreateKeyspaces(missing) : [];
        Keyspace schema = created.Concat(present).First(keyspace => keyspace.Name == KeyspaceNames.Schema(name));
        var batch = new WriteBatch();
        foreach (string stray in ReadEntries(schema).Keys.Except(entries.Select(entry => entry.Key)))
        {
            batch.Delete(schema, Encoding.UTF8.GetBytes(stray));
        }

        foreach (SchemaEntry entry in entries)
        {
            batch.Put(schema, entry.KeyBytes, entry.Value!.Value.Span);
        }

        WriteOrDrop(batch, created);
        Adopt(name, [.. created, .. present], overwriteAliases: true);
        if (present.Length == 0)
        {
            ServerLog.ClassCreated(_logger, name, string.Join(", ", record.Shards.Select(place => place.Name)));
        }
    }

    /// <summary>Whether keyspaces are of this very class, not of one of its name that is gone; a restore that brought them is known by the class's id.</summary>
    private bool IsSameClass(Keyspace schema, SchemaRecord record)
    {
        string name = record.Definition.Name;
        if (_log is null || _database.Get(schema, SchemaRecord.Key) is not { } value)
        {
            return false;
        }

        var stored = SchemaRecord.DecodeAny(name, value);
        bool hasSameShards = record.Definition.IsMultiTenant || stored.Shards.Select(place => place.Name).SequenceEqual(record.Shards.Select(place => place.Name));
        return hasSameShards
            && (stored.Id == record.Id || IsStaged(record));
    }

    /// <summary>Whether a tenant is one that the restore brought which brought its class: it has the restore's id, and a later one of its name another.</summary>
    private static bool IsOfRestore(SchemaEntry tenant, SchemaRecord record) => record.Id is { } operation && TenantRecord.IdOf(tenant.Value!.Value.Span) == operation;

    /// <summary>Whether a restore of the cluster was to bring this very class here.</summary>
    private bool IsStaged(SchemaRecord record) => record.Id is { } operation && _staged.Has(operation);

    private bool IsApplied(Keyspace? schema, SchemaRecord record) =>
        schema is not null && _database.Get(schema, SchemaRecord.Key) is { } value && SchemaRecord.DecodeAny(record.Definition.Name, value).Id == record.Id;

    /// <summary>Drops what tenants left that were deleted while this node was away, also those whose names have come again.</summary>
    private Keyspace[] WithoutFormerTenants(string name, Keyspace[] present, Dictionary<string, byte[]> stored, IEnumerable<SchemaEntry> tenants)
    {
        HashSet<string> former =
        [
            .. tenants.Where(tenant => !IsSameTenant(stored, tenant))
                .Select(entry => TenantRecord.Name(entry.Key))
                .SelectMany(tenant => (string[])[KeyspaceNames.Objects(name, tenant), KeyspaceNames.Index(name, tenant)]),
        ];
        Keyspace[] dropped = [.. present.Where(keyspace => former.Contains(keyspace.Name))];
        if (dropped.Length > 0)
        {
            _database.DropKeyspaces(dropped);
            ServerLog.StrayKeyspacesDropped(_logger, name, dropped.Length);
        }

        return [.. present.Except(dropped)];
    }

    private static bool IsSameTenant(Dictionary<string, byte[]> stored, SchemaEntry entry) =>
        stored.TryGetValue(entry.Key, out byte[]? value) && TenantRecord.IdOf(value) == TenantRecord.IdOf(entry.Value!.Value.Span);

    private Dictionary<string, byte[]> ReadEntries(Keyspace schema)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using DatabaseIterator stored = _database.Scan(schema);
        while (stored.MoveNext())
        {
            entries.Add(Encoding.UTF8.GetString(stored.Key), stored.Value.ToArray());
        }

        return entries;
    }

    /// <summary>The keyspaces that this node has of a class.</summary>
    private IEnumerable<string> KeyspacesOf(SchemaRecord record, IEnumerable<SchemaEntry> tenants)
    {
        string name = record.Definition.Name;
        IEnumerable<ShardPlace> shards = record.Definition.IsMultiTenant ? tenants.Select(tenant => PlaceOf(record, tenant)) : record.Shards;
        return
        [
            KeyspaceNames.Schema(name),
            .. shards.Where(IsHere).SelectMany(place => (string[])[KeyspaceNames.Objects(name, place.Name), KeyspaceNames.Index(name, place.Name)]),
        ];
    }

    private static ShardPlace PlaceOf(SchemaRecord record, SchemaEntry tenant) =>
        record.PlaceOfTenant(TenantRecord.Name(tenant.Key), TenantRecord.NodeOf(tenant.Value!.Value.Span));

    /// <summary>Changes entries of classes that are in the catalog, in one batch: an alias that moves is never of two classes, nor of none.</summary>
    private async Task ChangeEntriesAsync(IReadOnlyList<SchemaEntry> entries)
    {
        IReadOnlyList<Keyspace> created = CreateShards(entries);
        List<Tenant> deleted =
        [
            .. entries.Where(entry => entry.Value is null && TenantRecord.IsKey(entry.Key))
                .Select(entry => _classes[entry.ClassName].Tenants.GetValueOrDefault(TenantRecord.Name(entry.Key)))
                .OfType<Tenant>(),
        ];
        var batch = new WriteBatch();
        foreach (SchemaEntry entry in entries)
        {
            Keyspace schema = _classes[entry.ClassName].Schema;
            if (entry.Value is { } value)
            {
                batch.Put(schema, entry.KeyBytes, value.Span);
            }
            else
            {
                batch.Delete(schema, entry.KeyBytes);
            }
        }

        // A stop between this and what follows leaves keyspaces without a record, which the next load drops.
        WriteOrDrop(batch, created);
        Show(entries, created);
        foreach (Tenant tenant in deleted)
        {
            await (tenant.Shard.Local?.CloseAsync(CancellationToken.None) ?? Task.CompletedTask);
        }

        Keyspace[] left = [.. deleted.SelectMany(tenant => tenant.Shard.Local?.Keyspaces ?? [])];
        if (left.Length > 0)
        {
            _database.DropKeyspaces(left);
        }
    }

    /// <summary>Creates the keyspaces of tenants that come. Their records come after that: keyspaces without one are dropped when the class is loaded.</summary>
    private IReadOnlyList<Keyspace> CreateShards(IReadOnlyList<SchemaEntry> entries)
    {
        string[] wanted =
        [
            .. entries.Where(entry => entry.Value is not null && TenantRecord.IsKey(entry.Key))
                .Select(entry => (Class: _classes[entry.ClassName], Place: PlaceOf(_classes[entry.ClassName].Record, entry)))
                .Where(tenant => !tenant.Class.Tenants.ContainsKey(tenant.Place.Name) && IsHere(tenant.Place))
                .SelectMany(tenant => (string[])[KeyspaceNames.Objects(tenant.Class.Name, tenant.Place.Name), KeyspaceNames.Index(tenant.Class.Name, tenant.Place.Name)]),
        ];
        if (wanted.Length == 0)
        {
            return [];
        }

        Keyspace[] strays = [.. wanted.Select(_database.FindKeyspace).OfType<Keyspace>()];
        if (strays.Length > 0)
        {
            // Of a deletion that found no space for its second half.
            _database.DropKeyspaces(strays);
        }

        return _database.CreateKeyspaces(wanted);
    }

    private void Show(IReadOnlyList<SchemaEntry> entries, IReadOnlyList<Keyspace> created)
    {
        var byName = created.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        foreach (IGrouping<string, SchemaEntry> group in entries.GroupBy(entry => entry.ClassName))
        {
            StoredClass target = _classes[group.Key];
            if (group.FirstOrDefault(entry => entry.IsDefinition) is { } definition)
            {
                target.Record = SchemaRecord.Decode(target.Name, definition.Value!.Value);
            }

            Show(target, [.. group.Where(entry => TenantRecord.IsKey(entry.Key))], byName);
        }

        // An alias goes from one class before it comes to another.
        foreach (SchemaEntry entry in entries.Where(entry => AliasRecord.IsKey(entry.Key)).OrderBy(entry => entry.Value is not null))
        {
            string alias = AliasRecord.Name(entry.Key);
            _aliases = entry.Value is not null ? _aliases.SetItem(alias, _classes[entry.ClassName])
                : _aliases.GetValueOrDefault(alias)?.Name == entry.ClassName ? _aliases.Remove(alias)
                : _aliases;
        }
    }

    private void Show(StoredClass target, IReadOnlyList<SchemaEntry> entries, Dictionary<string, Keyspace> created)
    {
        if (entries.Count == 0)
        {
            return;
        }

        ImmutableSortedDictionary<string, Tenant>.Builder tenants = target.Tenants.ToBuilder();
        int before = tenants.Count;
        int removed = 0;
        foreach (SchemaEntry entry in entries)
        {
            string name = TenantRecord.Name(entry.Key);
            if (entry.Value is not { } value)
            {
                removed += tenants.Remove(name) ? 1 : 0;
                continue;
            }

            TenantStatus status = TenantRecord.Decode(target.Name, name, value.Span);
            Tenant tenant = tenants.TryGetValue(name, out Tenant? present)
                ? present with { Status = status }
                : new Tenant(name, status, OpenShard(target.Name, PlaceOf(target.Record, entry), created, new VectorLengths()));
            tenants[name] = tenant with { Id = TenantRecord.IdOf(value.Span), Node = TenantRecord.NodeOf(value.Span) };
        }

        target.Tenants = tenants.ToImmutable();
        if (removed > 0)
        {
            ServerLog.TenantsDeleted(_logger, target.Name, removed);
        }

        if (tenants.Count + removed > before)
        {
            ServerLog.TenantsCreated(_logger, target.Name, tenants.Count + removed - before);
        }
    }

    /// <summary>Writes the records of new keyspaces, or drops these again if there is no space for that.</summary>
    private void WriteOrDrop(WriteBatch records, IReadOnlyList<Keyspace> keyspaces)
    {
        try
        {
            _database.Write(records, Durability.Sync);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            if (keyspaces.Count > 0)
            {
                _database.DropKeyspaces(keyspaces);
            }

            throw;
        }
    }
}
