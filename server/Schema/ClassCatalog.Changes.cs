using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Diagnostics;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    /// <summary>Creates a class.</summary>
    /// <exception cref="RequestException">The definition breaks a rule, the name is taken, or there are too many classes.</exception>
    public Task<StoredClass> CreateAsync(JsonElement body, CancellationToken cancellationToken) =>
        ChangeAsync(() => Create(new ClassDefinitionReader(_settings.DefaultVectorizer, name => Find(name) is not null).Read(body)), cancellationToken);

    /// <summary>Replaces the definition of a class by one that <paramref name="change"/> makes of the present one.</summary>
    /// <returns>The class.</returns>
    /// <exception cref="RequestException">There is no such class (404), or the change is refused.</exception>
    public Task<StoredClass> UpdateAsync(string name, Func<ClassDefinition, ClassDefinition> change, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                StoredClass target = Get(name);
                ClassDefinition definition = change(target.Definition);
                if (!ReferenceEquals(definition, target.Definition))
                {
                    _database.Put(target.Schema, SchemaRecord.Key, Encode(target.OnlyShardName, definition), Durability.Sync);
                    target.Definition = definition;
                }

                return target;
            },
            cancellationToken);

    /// <summary>Adds a property to a class.</summary>
    /// <exception cref="RequestException">There is no such class (404), or the property breaks a rule.</exception>
    public async Task<PropertyDefinition> AddPropertyAsync(string name, JsonElement body, CancellationToken cancellationToken)
    {
        PropertyDefinition? property = null;
        var reader = new ClassDefinitionReader(_settings.DefaultVectorizer, other => Find(other) is not null);
        await UpdateAsync(
            name,
            definition =>
            {
                property = reader.ReadAddition(body, definition);
                return definition with { Properties = definition.Properties.With(property) };
            },
            cancellationToken);
        return property!;
    }

    /// <summary>The class of that name, created with its defaults if it is missing.</summary>
    /// <exception cref="RequestException">The name is not allowed, or there are too many classes.</exception>
    public Task<StoredClass> GetOrCreateAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                if (Find(name) is { } present)
                {
                    return present;
                }

                JsonElement body = JsonSerializer.SerializeToElement(new() { ["class"] = name }, SchemaJson.Default.JsonObject);
                return Create(new ClassDefinitionReader(_settings.DefaultVectorizer, static _ => false).Read(body));
            },
            cancellationToken);

    /// <summary>Deletes a class with all its objects; nothing happens if there is none of that name.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            async () =>
            {
                // Not by an alias: only the class's own name deletes it.
                if (_classes.GetValueOrDefault(NameRules.ClassName(name)) is not { } target)
                {
                    return;
                }

                // From here on no request finds the class; those that did find it have finished their writes once the shard is closed.
                _classes = _classes.Remove(target.Name);
                ForgetAliases(target.Name);
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
                    Adopt(target.Name, KeyspacesOf(target.Name), overwriteAliases: false);
                    throw;
                }

                ServerLog.ClassDeleted(_logger, target.Name);
            },
            cancellationToken);

    /// <summary>Requires: change lock held.</summary>
    private StoredClass Create(ClassDefinition definition)
    {
        RequireFreeName(definition.Name);
        string shardName = definition.IsMultiTenant ? string.Empty : ShardName.Create();
        byte[] record = Encode(shardName, definition);
        string schemaName = KeyspaceNames.Schema(definition.Name);
        if (_database.FindKeyspace(schemaName) is not null)
        {
            // Of a creation that found no space for its record, nor for taking itself back.
            _database.DropKeyspaces(KeyspacesOf(definition.Name));
            ServerLog.HalfCreatedClassDropped(_logger, definition.Name);
        }

        IReadOnlyList<Keyspace> keyspaces = _database.CreateKeyspaces(
            definition.IsMultiTenant
                ? [schemaName]
                : [schemaName, KeyspaceNames.Objects(definition.Name, shardName), KeyspaceNames.Index(definition.Name, shardName)]);
        var batch = new WriteBatch();
        batch.Put(keyspaces[0], SchemaRecord.Key, record);
        WriteOrDrop(batch, keyspaces);
        Shard? onlyShard = definition.IsMultiTenant
            ? null
            : new Shard(_database, _commitBuffers, definition.Name, shardName, keyspaces[1], keyspaces[2]);
        var created = new StoredClass(definition, keyspaces[0], onlyShard);
        _classes = _classes.Add(created.Name, created);
        ServerLog.ClassCreated(_logger, created.Name, shardName);
        return created;
    }

    /// <summary>Writes the record of new keyspaces, or drops them again if there is no space for it.</summary>
    private void WriteOrDrop(WriteBatch record, IReadOnlyList<Keyspace> keyspaces)
    {
        try
        {
            _database.Write(record, Durability.Sync);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            _database.DropKeyspaces(keyspaces);
            throw;
        }
    }

    /// <summary>
    /// The stored form of a definition. It is read back at once: one that could not be read would keep the server from starting again.
    /// </summary>
    private static byte[] Encode(string shardName, ClassDefinition definition)
    {
        byte[] record = new SchemaRecord(shardName, definition).Encode();
        SchemaRecord.Decode(definition.Name, record);
        return record;
    }

    private void RequireFreeName(string name)
    {
        // A restore's classes are there before they are adopted.
        if (_classes.ContainsKey(name) || (_database.FindKeyspace(KeyspaceNames.Schema(name)) is { } schema && _database.Get(schema, SchemaRecord.Key) is not null))
        {
            throw RequestException.Unprocessable($"class name {name} already exists");
        }

        if (_aliases.ContainsKey(name))
        {
            throw RequestException.Unprocessable($"class name {name} already exists as an alias");
        }

        if (SimilarTo(name) is { } similar)
        {
            throw AlreadyExistsAs(name, similar);
        }

        if (_settings.MaximumCollections >= 0 && _classes.Count >= _settings.MaximumCollections)
        {
            throw RequestException.Unprocessable(
                $"cannot create class {name}: maximum number of collections ({_settings.MaximumCollections}) reached; raise MAXIMUM_ALLOWED_COLLECTIONS_COUNT or delete classes");
        }
    }

    private async Task<T> ChangeAsync<T>(Func<T> change, CancellationToken cancellationToken)
    {
        await _changeLock.WaitAsync(cancellationToken);
        try
        {
            // Manifest edits and synced writes block; they leave the thread of the request.
            return await Task.Run(change, CancellationToken.None);
        }
        finally
        {
            _changeLock.Release();
        }
    }

    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _changeLock.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(change, CancellationToken.None);
        }
        finally
        {
            _changeLock.Release();
        }
    }
}
