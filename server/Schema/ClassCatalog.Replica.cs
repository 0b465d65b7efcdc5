using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <remarks>
/// In a cluster the catalog shows what the cluster's log says and nothing else. At its start it is empty, whatever keyspaces there are; classes that the log
/// has become visible, those that it does not have are dropped, because they were deleted while the node was away.
/// </remarks>
internal sealed partial class ClassCatalog : ISchemaReplica, ICutSchema
{
    private string _membership = "";

    // What restores of the cluster have put here without its being published yet, left alone at the start until somebody knows what became of them.
    private readonly StagedClasses _staged;
    private bool _isNewcomer;
    private bool _hasCaughtUp;

    private long _definitionStamp;

    private static ReadOnlySpan<byte> SchemaVersionKey => "schema-version"u8;

    private static ReadOnlySpan<byte> MembershipKey => "membership"u8;

    /// <inheritdoc/>
    public long DefinitionStamp => Interlocked.Read(ref _definitionStamp);

    /// <summary>From here on all changes go by way of a log. Call it before the first change.</summary>
    public void Follow(ISchemaLog log) => _log = log;

    /// <inheritdoc/>
    /// <remarks>That the name is claimed proves nothing: the start that claimed it may have been refused, or have ended before it caught up.</remarks>
    public void Enter(string membership)
    {
        _membership = membership;
        _isNewcomer = _database.FindKeyspace(KeyspaceNames.Cluster) is not { } state
            || _database.Get(state, MembershipKey) is not { } known
            || Encoding.ASCII.GetString(known) != membership;
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(SchemaChange change, SchemaVersion version)
    {
        await _changeLock.WaitAsync();
        try
        {
            await Task.Run(async () =>
            {
                await ApplyAsync(change);
                WriteVersion(version);
            });
        }
        finally
        {
            _changeLock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(IReadOnlyCollection<SchemaEntry> entries, SchemaVersion version, bool hasLastChange, CancellationToken cancellationToken)
    {
        await _changeLock.WaitAsync(cancellationToken);
        try
        {
            Interlocked.Increment(ref _definitionStamp);
            await Task.Run(() => ReplaceAsync(entries, version, hasLastChange), CancellationToken.None);
        }
        finally
        {
            Interlocked.Increment(ref _definitionStamp);
            _changeLock.Release();
        }
    }

    /// <inheritdoc/>
    public string DescribeDefinitions(ImmutableArray<string> classes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ImmutableSortedDictionary<string, StoredClass> present = _classes;
        foreach (string name in classes.Order(StringComparer.Ordinal))
        {
            if (present.TryGetValue(name, out StoredClass? stored))
            {
                hash.AppendData(SHA256.HashData(stored.Record.Encode()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public string? FindOtherOwner(ImmutableArray<string> classes, IReadOnlyCollection<string> nodes)
    {
        ImmutableSortedDictionary<string, StoredClass> present = _classes;
        HashSet<string> known = [.. nodes, _settings.NodeName];
        return classes
            .SelectMany(name => present.TryGetValue(name, out StoredClass? stored) ? stored.AllShards : [])
            .Select(shard => shard.Place.Node ?? _settings.NodeName)
            .FirstOrDefault(node => !known.Contains(node));
    }

    /// <summary>Whether there is a class of exactly that name.</summary>
    public bool Has(string name) => _classes.ContainsKey(name);

    /// <summary>Does something while the schema stays as it is.</summary>
    public async Task WithoutChangesAsync(Action action, CancellationToken cancellationToken)
    {
        await _changeLock.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(action, CancellationToken.None);
        }
        finally
        {
            _changeLock.Release();
        }
    }

    /// <summary>Works out what makes classes visible that a restore has brought to the keyspaces of the nodes.</summary>
    /// <param name="names">Their names in the backup, with those that they get.</param>
    /// <param name="place">Puts the shards and tenants of one, by its name in the backup, where they are now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All their entries, and the version of the schema that they fit.</returns>
    /// <exception cref="RequestException">A class of such a name came to be meanwhile, or this node did not restore it.</exception>
    public async Task<(IReadOnlyList<SchemaEntry> Entries, long Version)> PlanAdoptionAsync(
        IReadOnlyDictionary<string, string> names, Func<string, SchemaRecord, PlacedClass> place, CancellationToken cancellationToken)
    {
        List<SchemaEntry> entries = [];
        long version = 0;
        await WithoutChangesAsync(
            () =>
            {
                version = _log!.Version;
                RequireNoSimilarName([.. names.Values]);
                foreach ((string collection, string name) in names)
                {
                    entries.AddRange(PlanAdoption(collection, name, place));
                }
            },
            cancellationToken);
        return (entries, version);
    }

    private IEnumerable<SchemaEntry> PlanAdoption(string collection, string name, Func<string, SchemaRecord, PlacedClass> place)
    {
        if (_classes.ContainsKey(name))
        {
            throw RequestException.Unprocessable($"could not restore class {name}: it already exists");
        }

        Keyspace schema = _database.FindKeyspace(KeyspaceNames.Schema(name))
            ?? throw RequestException.Unprocessable($"could not restore class {name}: node '{_settings.NodeName}' did not restore it; restore again");
        Dictionary<string, byte[]> stored = ReadEntries(schema);
        PlacedClass placed = place(collection, SchemaRecord.Decode(name, stored[SchemaEntry.DefinitionKey]));
        yield return new SchemaEntry(name, SchemaEntry.DefinitionKey, Encode(placed.Record));

        // Those that have shards: the copy may be of a node that had not heard of a tenant's creation or deletion when it cut. Their id is that of the restore.
        foreach (ShardPlace tenant in placed.Tenants)
        {
            TenantRules.CheckName(tenant.Name);
            string key = TenantRecord.KeyText(tenant.Name);
            TenantStatus status = stored.TryGetValue(key, out byte[]? value) ? TenantRecord.Decode(name, tenant.Name, value) : TenantStatus.Hot;
            yield return new SchemaEntry(name, key, TenantRecord.Encode(status, placed.Record.Id, tenant.Node));
        }

        // An alias that means another class by now stays there, and the name of a class is never taken.
        foreach ((string key, byte[] value) in stored.Where(
            entry => entry.Key != SchemaEntry.DefinitionKey && !IsTakenAlias(entry.Key) && !TenantRecord.IsKey(entry.Key)))
        {
            yield return new SchemaEntry(name, key, value);
        }
    }

    private bool IsTakenAlias(string key) =>
        AliasRecord.IsKey(key) && (_classes.ContainsKey(AliasRecord.Name(key)) || _aliases.ContainsKey(AliasRecord.Name(key)));

    /// <inheritdoc/>
    public void Lags(Exception reason) => ServerLog.SchemaLags(_logger, reason);

    private async Task ReplaceAsync(IReadOnlyCollection<SchemaEntry> entries, SchemaVersion version, bool hasLastChange)
    {
        RequireNoLaterVersion(version.Revision);
        ILookup<string, SchemaEntry> wanted = entries.ToLookup(entry => entry.ClassName, StringComparer.Ordinal);

        // Later on all that is not in the catalog is of restores that go on, or of changes that are not applied yet.
        IEnumerable<string> known = _hasCaughtUp ? _classes.Keys : StoredClasses().Except(_staged.All().SelectMany(staged => staged.Classes));
        string[] surplus = [.. known.Where(name => !wanted.Contains(name))];
        string[] foreign = _isNewcomer ? [.. surplus, .. wanted.Where(IsOtherClassThanHere).Select(class_ => class_.Key)] : [];
        if (foreign.Length > 0)
        {
            throw new ClusterException(
                $"The data directory has classes that the cluster does not know, or others of their names ({string.Join(", ", foreign.Take(5))}), and this node is new to it. "
                + "Start it with an empty data directory, and bring the classes in by a backup and a restore.");
        }

        if (!hasLastChange && surplus.Concat(wanted.Where(IsOtherThanHere).Select(class_ => class_.Key)).FirstOrDefault() is { } unexplained)
        {
            throw OtherHistory($"has class '{unexplained}', which the cluster's store does not have or has otherwise");
        }

        foreach (string name in surplus)
        {
            await DropAsync(name);
            Keyspace[] left = KeyspacesOf(name);
            if (left.Length > 0)
            {
                _database.DropKeyspaces(left);
                ServerLog.ClassDeleted(_logger, name);
            }
        }

        foreach (IGrouping<string, SchemaEntry> class_ in wanted)
        {
            await ReplaceAsync(class_.Key, [.. class_]);
        }

        WriteVersion(version);
        Keep(MembershipKey, Encoding.ASCII.GetBytes(_membership), Durability.Sync);
        _isNewcomer = false;
        _hasCaughtUp = true;
    }

    private async Task ReplaceAsync(string name, IReadOnlyList<SchemaEntry> entries)
    {
        var record = SchemaRecord.Decode(name, entries.First(entry => entry.IsDefinition).Value!.Value);
        if (_classes.TryGetValue(name, out StoredClass? present) && !IsSameClass(present.Schema, record))
        {
            await DropAsync(name);
        }

        if (!_classes.TryGetValue(name, out present))
        {
            Create(name, entries);
            return;
        }

        Dictionary<string, byte[]> stored = ReadEntries(present.Schema);
        SchemaEntry[] reborn = [.. entries.Where(entry => TenantRecord.IsKey(entry.Key) && stored.ContainsKey(entry.Key) && !IsSameTenant(stored, entry))];
        if (reborn.Length > 0)
        {
            await ChangeEntriesAsync([.. reborn.Select(entry => entry with { Value = null })]);
            stored = ReadEntries(present.Schema);
        }

        SchemaEntry[] changed =
        [
            .. entries.Where(entry => !stored.TryGetValue(entry.Key, out byte[]? value) || !entry.Value!.Value.Span.SequenceEqual(value)),
            .. stored.Keys.Except(entries.Select(entry => entry.Key)).Select(gone => new SchemaEntry(name, gone, null)),
        ];
        if (changed.Length > 0)
        {
            await ChangeEntriesAsync(changed);
        }
    }

    private HashSet<string> StoredClasses() =>
        [.. _database.Keyspaces.Select(keyspace => KeyspaceNames.ClassOf(keyspace.Name)).OfType<string>()];

    /// <summary>Whether there is another class of that name here. What was half created has no definition, and is none.</summary>
    private bool IsOtherClassThanHere(IGrouping<string, SchemaEntry> wanted) =>
        _database.FindKeyspace(KeyspaceNames.Schema(wanted.Key)) is { } schema
        && _database.Get(schema, SchemaRecord.Key) is not null
        && !IsSameClass(schema, RecordOf(wanted));

    /// <summary>Whether taking over the entries of a class would take anything away here: the class of that name, or tenants of it.</summary>
    private bool IsOtherThanHere(IGrouping<string, SchemaEntry> wanted)
    {
        if (IsOtherClassThanHere(wanted))
        {
            return true;
        }

        if (_database.FindKeyspace(KeyspaceNames.Schema(wanted.Key)) is not { } schema || IsStaged(RecordOf(wanted)))
        {
            return false;
        }

        Dictionary<string, byte[]> stored = ReadEntries(schema);
        Dictionary<string, SchemaEntry> entries = wanted.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        return stored.Keys.Where(TenantRecord.IsKey).Any(key => !entries.TryGetValue(key, out SchemaEntry? entry) || !IsSameTenant(stored, entry));
    }

    private static SchemaRecord RecordOf(IGrouping<string, SchemaEntry> wanted) =>
        SchemaRecord.Decode(wanted.Key, wanted.First(entry => entry.IsDefinition).Value!.Value);

    /// <summary>A store that has forgotten changes, restored from a backup of its own for example, would have this node drop classes that nobody deleted.</summary>
    private void RequireNoLaterVersion(long revision)
    {
        if (!_isNewcomer && ReadVersion() is { } known && known.Revision > revision)
        {
            throw OtherHistory($"has seen version {known.Revision} of the cluster's schema, but the store has {revision}");
        }
    }

    private static ClusterException OtherHistory(string difference) => new(
        $"This node {difference}. The store does not know the last change that was applied here: it has lost changes, perhaps because it was restored from a "
        + "backup, or the node was away for half a year. Nothing was changed here. Restore a newer backup of the store; or, to begin anew, give the cluster another "
        + "CLUSTER_ETCD_PREFIX and empty data directories, and restore a backup of the classes.");

    /// <inheritdoc/>
    public string? LastChange => !_isNewcomer && ReadVersion() is { Name.Length: > 0 } known ? known.Name : null;

    private SchemaVersion? ReadVersion() =>
        _database.FindKeyspace(KeyspaceNames.Cluster) is { } state && _database.Get(state, SchemaVersionKey) is { Length: >= sizeof(long) } value
            ? new SchemaVersion(BinaryPrimitives.ReadInt64LittleEndian(value), Encoding.ASCII.GetString(value.AsSpan(sizeof(long))))
            : null;

    private void WriteVersion(SchemaVersion version)
    {
        byte[] value = new byte[sizeof(long) + version.Name.Length];
        BinaryPrimitives.WriteInt64LittleEndian(value, version.Revision);
        Encoding.ASCII.GetBytes(version.Name, value.AsSpan(sizeof(long)));
        Keep(SchemaVersionKey, value, Durability.Buffered);
    }

    /// <summary>Stores a value unless it is there: a start on a full disk has nothing to write if nothing has changed.</summary>
    private void Keep(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Durability durability)
    {
        Keyspace state = _database.GetOrCreateKeyspace(KeyspaceNames.Cluster);
        if (_database.Get(state, key) is not { } present || !value.SequenceEqual(present))
        {
            _database.Put(state, key, value, durability);
        }
    }
}
