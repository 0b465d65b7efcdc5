using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>
/// The classes in the database. Reads take an immutable picture; changes are serialised, and durable before they show.
/// </summary>
/// <remarks>
/// A class exists if and only if its schema keyspace holds a definition. Creation makes all keyspaces with one edit and then writes
/// the definition; a crash in between leaves keyspaces without one, which <see cref="LoadAsync"/> drops. Deletion drops all keyspaces
/// with one edit.
/// </remarks>
internal sealed partial class ClassCatalog : IDisposable
{
    private readonly SemaphoreSlim _changeLock = new(1, 1);
    private readonly CommitBufferPool _commitBuffers = new();
    private readonly Database _database;
    private readonly ServerSettings _settings;
    private readonly ILogger _logger;
    private ISchemaLog? _log;
    private volatile ImmutableSortedDictionary<string, StoredClass> _classes =
        ImmutableSortedDictionary.Create<string, StoredClass>(StringComparer.Ordinal);

    private ClassCatalog(Database database, ServerSettings settings, ILogger logger)
    {
        _database = database;
        _staged = new StagedClasses(database);
        _settings = settings;
        _logger = logger;
    }

    /// <summary>Classes known.</summary>
    public int Count => _classes.Count;

    /// <summary>All classes, by name.</summary>
    public IEnumerable<StoredClass> Classes => _classes.Values;

    /// <summary>Finds the classes in the database; drops those whose creation was interrupted. In a cluster its log has to tell which there are.</summary>
    /// <exception cref="InvalidDataException">A definition cannot be read; the message names the class.</exception>
    public static async Task<ClassCatalog> LoadAsync(
        Database database, ServerSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        var catalog = new ClassCatalog(database, settings, logger);
        new PendingRenaming(database).Finish();
        if (settings.Cluster is null)
        {
            await catalog.ReloadAsync(cancellationToken);
        }

        return catalog;
    }

    /// <summary>The class of that name or alias; the first letter may be in lower case.</summary>
    public StoredClass? Find(string name)
    {
        string stored = NameRules.ClassName(name);
        return _classes.GetValueOrDefault(stored) ?? _aliases.GetValueOrDefault(stored);
    }

    /// <summary>The class of that name.</summary>
    /// <exception cref="RequestException">404, without a body of its own.</exception>
    public StoredClass Get(string name) => Find(name) ?? throw RequestException.NotFound($"class '{name}' not found");

    /// <summary>
    /// Brings the catalog in line with the keyspaces: adopts classes that came to be without it, by a restore for example, forgets
    /// those that are gone, and drops half-created ones.
    /// </summary>
    /// <exception cref="InvalidDataException">A definition cannot be read; the message names the class.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _changeLock.WaitAsync(cancellationToken);
        try
        {
            ILookup<string, Keyspace> byClass = KeyspacesByClass();
            foreach (StoredClass vanished in _classes.Values.Where(known => known.Schema.IsDropped))
            {
                foreach (Shard shard in vanished.Shards)
                {
                    await shard.CloseAsync(cancellationToken);
                }

                _classes = _classes.Remove(vanished.Name);
                ForgetAliases(vanished.Name);
            }

            foreach (IGrouping<string, Keyspace> keyspaces in byClass)
            {
                if (!_classes.ContainsKey(keyspaces.Key))
                {
                    Adopt(keyspaces.Key, [.. keyspaces], overwriteAliases: false);
                }
            }
        }
        finally
        {
            _changeLock.Release();
        }
    }

    /// <summary>Adopts the classes that a restore brought; all of them, or their keyspaces are dropped again.</summary>
    /// <exception cref="InvalidDataException">A definition cannot be read; the message names the class.</exception>
    /// <param name="classNames">The classes.</param>
    /// <param name="overwriteAliases">Whether an alias of theirs that means another class now comes back to them; otherwise it stays.</param>
    /// <param name="renames">Name in the backup to new name, of those that were renamed; null for none.</param>
    /// <exception cref="RequestException">A class that differs from one of them only in case came to be meanwhile.</exception>
    public async Task AdoptAsync(
        IReadOnlyList<string> classNames, bool overwriteAliases = false, IReadOnlyDictionary<string, string>? renames = null)
    {
        await _changeLock.WaitAsync();
        try
        {
            RequireNoSimilarName(classNames);
            if (renames is { Count: > 0 })
            {
                await Task.Run(() => new ClassRenaming(_database, renames).Apply(classNames));
            }

            // Once for all: a search for each of ten thousand classes would go over thirty thousand keyspaces.
            ILookup<string, Keyspace> byClass = KeyspacesByClass();
            foreach (string className in classNames)
            {
                Adopt(className, [.. byClass[className]], overwriteAliases);
            }
        }
        catch
        {
            // Whatever it is: a class that cannot be adopted now could not be at the next start either, which would then fail.
            ILookup<string, Keyspace> byClass = KeyspacesByClass();
            foreach (string className in classNames)
            {
                _classes = _classes.Remove(className);
                ForgetAliases(className);
            }

            _database.DropKeyspaces([.. classNames.SelectMany(className => byClass[className])]);

            throw;
        }
        finally
        {
            _changeLock.Release();
        }
    }

    /// <summary>Checks that no class has one of these names but for the case of letters.</summary>
    /// <exception cref="RequestException">One has.</exception>
    public void RequireNoSimilarName(IReadOnlyList<string> classNames)
    {
        foreach (string name in classNames)
        {
            if (SimilarTo(name) is { } similar)
            {
                throw AlreadyExistsAs(name, similar);
            }
        }
    }

    /// <summary>Notes that a restore is going to rename classes, so that the next start finishes it if this run does not.</summary>
    /// <param name="classNames">The new names of all classes of the restore.</param>
    /// <param name="renames">Name in the backup to new name.</param>
    public void BeginRenaming(IReadOnlyList<string> classNames, IReadOnlyDictionary<string, string> renames)
    {
        if (renames.Count > 0)
        {
            new PendingRenaming(_database).Begin(classNames, renames);
        }
    }

    /// <summary>Notes that a restore that was to rename classes has ended.</summary>
    public void EndRenaming() => new PendingRenaming(_database).End();

    /// <inheritdoc/>
    public void Dispose() => _changeLock.Dispose();

    private ILookup<string, Keyspace> KeyspacesByClass() => _database.Keyspaces
        .Where(keyspace => KeyspaceNames.ClassOf(keyspace.Name) is not null)
        .ToLookup(keyspace => KeyspaceNames.ClassOf(keyspace.Name)!, StringComparer.Ordinal);

    private Keyspace[] KeyspacesOf(string className) =>
        [.. _database.Keyspaces.Where(keyspace => KeyspaceNames.ClassOf(keyspace.Name) == className)];

    private string? SimilarTo(string name) =>
        _classes.Keys.FirstOrDefault(other => other != name && string.Equals(other, name, StringComparison.OrdinalIgnoreCase));

    private static RequestException AlreadyExistsAs(string name, string similar) => RequestException.Unprocessable(
        $"class name {name} already exists as a permutation of: {similar}. class names must be unique when lowercased");

    /// <summary>Requires: change lock held.</summary>
    private void Adopt(string className, IReadOnlyList<Keyspace> keyspaces, bool overwriteAliases)
    {
        Keyspace? schema = keyspaces.FirstOrDefault(keyspace => keyspace.Name == KeyspaceNames.Schema(className));
        byte[]? value = schema is null ? null : _database.Get(schema, SchemaRecord.Key);
        if (value is null)
        {
            _database.DropKeyspaces(keyspaces);
            ServerLog.HalfCreatedClassDropped(_logger, className);
            return;
        }

        var record = SchemaRecord.Decode(className, value);
        StoredClass adopted = record.Definition.IsMultiTenant
            ? new StoredClass(record, schema!, [], new VectorLengths()) { Tenants = LoadTenants(record, schema!, keyspaces) }
            : OpenClass(record, schema!, keyspaces);
        AdoptAliases(adopted, overwriteAliases);
        _classes = _classes.Add(className, adopted);
        ServerLog.ClassAdopted(_logger, className, adopted.Shards.Sum(shard => shard.ObjectCount));
    }

    private StoredClass OpenClass(SchemaRecord record, Keyspace schema, IReadOnlyList<Keyspace> keyspaces)
    {
        var byName = keyspaces.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        var lengths = new VectorLengths();
        return new StoredClass(
            record, schema, [.. record.Shards.Select(place => OpenShard(record.Definition.Name, place, byName, lengths))], lengths);
    }

    /// <summary>
    /// Opens a shard if it is here. In a cluster it is where its place says. A server alone has whatever a restore brought it, whichever node
    /// that was on in a cluster; what the restore did not bring is elsewhere.
    /// </summary>
    /// <param name="className">The class.</param>
    /// <param name="place">Where the shard lives.</param>
    /// <param name="keyspaces">The keyspaces of the class that are here.</param>
    /// <param name="lengths">The lengths of vectors in the class.</param>
    /// <exception cref="InvalidDataException">A keyspace is missing.</exception>
    private ClassShard OpenShard(string className, ShardPlace place, Dictionary<string, Keyspace> keyspaces, VectorLengths lengths)
    {
        string objectsName = KeyspaceNames.Objects(className, place.Name);
        string indexName = KeyspaceNames.Index(className, place.Name);
        Keyspace? objects = keyspaces.GetValueOrDefault(objectsName);
        Keyspace? index = keyspaces.GetValueOrDefault(indexName);
        if (!IsHere(place) || (IsForeign(place) && objects is null && index is null))
        {
            return new ClassShard(place, null);
        }

        return new ClassShard(
            place,
            new Shard(
                _database,
                _commitBuffers,
                className,
                place.Name,
                objects ?? throw MissingKeyspace(className, objectsName),
                index ?? throw MissingKeyspace(className, indexName),
                lengths));
    }

    private bool IsForeign(ShardPlace place) => place.Node is not null && place.Node != _settings.NodeName;

    private bool IsHere(ShardPlace place) => !IsForeign(place) || _settings.Cluster is null;

    private static InvalidDataException MissingKeyspace(string className, string name) =>
        new($"The keyspace '{name}' of class '{className}' is missing. Restore the class from a backup.");
}
