using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    private const string Sharding = "shardingConfig";
    private const string DesiredCount = "desiredCount";

    /// <summary>Creates a class.</summary>
    /// <exception cref="RequestException">The definition breaks a rule, the name is taken, or there are too many classes.</exception>
    public async Task<StoredClass> CreateAsync(JsonElement body, CancellationToken cancellationToken)
    {
        string name = string.Empty;
        await ChangeAsync(
            () =>
            {
                ClassDefinition definition = new ClassDefinitionReader(_settings.DefaultVectorizer, other => Find(other) is not null).Read(body);
                name = definition.Name;
                return Create(definition, SetsShardCount(body));
            },
            cancellationToken);
        return Get(name);
    }

    /// <summary>Replaces the definition of a class by one that <paramref name="change"/> makes of the present one.</summary>
    /// <returns>The class.</returns>
    /// <exception cref="RequestException">There is no such class (404), or the change is refused.</exception>
    public async Task<StoredClass> UpdateAsync(string name, Func<ClassDefinition, ClassDefinition> change, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            () =>
            {
                StoredClass target = Get(name);
                ClassDefinition definition = change(target.Definition);
                return ReferenceEquals(definition, target.Definition)
                    ? SchemaChange.None
                    : SchemaChange.Of(target.Name, SchemaEntry.DefinitionKey, Encode(target.Record with { Definition = definition }));
            },
            cancellationToken);
        return Get(name);
    }

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
    public async Task<StoredClass> GetOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            () =>
            {
                if (Find(name) is not null)
                {
                    return SchemaChange.None;
                }

                JsonElement body = JsonSerializer.SerializeToElement(new() { ["class"] = name }, SchemaJson.Default.JsonObject);
                return Create(new ClassDefinitionReader(_settings.DefaultVectorizer, static _ => false).Read(body), setsShardCount: false);
            },
            cancellationToken);
        return Get(name);
    }

    /// <summary>Deletes a class with all its objects; nothing happens if there is none of that name.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            // Not by an alias: only the class's own name deletes it.
            () => _classes.GetValueOrDefault(NameRules.ClassName(name)) is { } target
                ? SchemaChange.Of(target.Name, SchemaEntry.DefinitionKey, null)
                : SchemaChange.None,
            cancellationToken);

    private SchemaChange Create(ClassDefinition definition, bool setsShardCount)
    {
        RequireFreeName(definition.Name);
        IReadOnlyList<string> nodes = _log?.Nodes ?? [];
        int count = !setsShardCount && !definition.IsMultiTenant && _log is not null ? nodes.Count : ClassSettingsReader.ShardCount(definition);
        var record = new SchemaRecord(
            ShardPlacement.Spread([.. Enumerable.Range(0, count).Select(static _ => ShardName.Create())], nodes), definition.WithShardCount(count))
        {
            Nodes = definition.IsMultiTenant ? [.. nodes] : [],
            Id = _log is null ? null : Guid.NewGuid(),
        };
        return SchemaChange.Of(definition.Name, SchemaEntry.DefinitionKey, Encode(record));
    }

    private static bool SetsShardCount(JsonElement body) =>
        body.TryGetProperty(Sharding, out JsonElement sharding) && sharding.ValueKind == JsonValueKind.Object && sharding.TryGetProperty(DesiredCount, out _);

    /// <summary>
    /// The stored form of a definition. It is read back at once: one that could not be read would keep the server from starting again.
    /// </summary>
    private static byte[] Encode(SchemaRecord record)
    {
        byte[] encoded = record.Encode();
        SchemaRecord.Decode(record.Definition.Name, encoded);
        return encoded;
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

    /// <summary>
    /// Works a change out and makes it. In a cluster the nodes agree in it first, and it is worked out again if they agreed in another one meanwhile; this node,
    /// like every other, applies it when the cluster's log comes to it.
    /// </summary>
    /// <param name="plan">Works it out from the catalog, and changes nothing.</param>
    /// <param name="cancellationToken">Stops the wait for other changes; one that has begun is made.</param>
    private async Task ChangeAsync(Func<SchemaChange> plan, CancellationToken cancellationToken)
    {
        while (true)
        {
            SchemaChange change;
            long version;
            await _changeLock.WaitAsync(cancellationToken);
            try
            {
                version = _log?.Version ?? 0;
                change = plan();
                if (change.IsEmpty)
                {
                    break;
                }

                if (_log is null)
                {
                    // Manifest edits and synced writes block; they leave the thread of the request.
                    await Task.Run(() => ApplyAsync(change), CancellationToken.None);
                    return;
                }
            }
            finally
            {
                _changeLock.Release();
            }

            if (await _log.TryCommitAsync(change, version, cancellationToken))
            {
                return;
            }
        }

        // What is there already may be there on this node only.
        await (_log?.ConfirmAsync(cancellationToken) ?? Task.CompletedTask);
    }
}
