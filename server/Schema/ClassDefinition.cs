using System.Text.Json;

namespace Basalt.Server.Schema;

/// <summary>
/// A class as its author defined it, with every default filled in. Immutable. Settings that only clients and indexes to come care
/// about stay JSON: they are validated and completed when they arrive, and echoed.
/// </summary>
internal sealed record ClassDefinition
{
    /// <summary>The name, its first letter in upper case.</summary>
    public required string Name { get; init; }

    /// <summary>Free text of the schema's author.</summary>
    public string? Description { get; init; }

    /// <summary>Its properties in the order of their creation.</summary>
    public PropertySet Properties { get; init; } = PropertySet.Empty;

    /// <summary>Who makes the vectors; <c>none</c> means the clients. Null with named vectors.</summary>
    public string? Vectorizer { get; init; }

    /// <summary>The vector index; null with named vectors.</summary>
    public string? VectorIndexType { get; init; }

    /// <summary>Settings of the vector index; null with named vectors.</summary>
    public JsonElement? VectorIndexConfig { get; init; }

    /// <summary>Named vectors with their settings; null for classes with one vector for each object.</summary>
    public JsonElement? VectorConfig
    {
        get;
        init
        {
            field = value;
            string[] names = value is { } config ? [.. config.EnumerateObject().Select(member => member.Name)] : [];
            OnlyVectorName = names is [var only] ? only : null;
        }
    }

    /// <summary>The name of the vector, if there is one and it has a name; a vector without a name is meant for it.</summary>
    public string? OnlyVectorName { get; private init; }

    /// <summary>Settings of modules, as they came.</summary>
    public JsonElement? ModuleConfig { get; init; }

    /// <summary>Settings of the inverted index.</summary>
    public required JsonElement InvertedIndexConfig { get; init; }

    /// <summary>Whether and how the class is divided by tenant.</summary>
    public required JsonElement MultiTenancyConfig { get; init; }

    /// <summary>How often objects are stored in a cluster.</summary>
    public required JsonElement ReplicationConfig { get; init; }

    /// <summary>How objects are spread over shards.</summary>
    public required JsonElement ShardingConfig { get; init; }

    /// <summary>Whether the class is divided by tenant.</summary>
    public bool IsMultiTenant => IsSet("enabled");

    /// <summary>Whether writes create the tenants that they name.</summary>
    public bool CreatesTenants => IsSet("autoTenantCreation");

    /// <summary>Whether requests activate the tenants that they name.</summary>
    public bool ActivatesTenants => IsSet("autoTenantActivation");

    /// <summary>Whether objects carry named vectors.</summary>
    public bool HasNamedVectors => VectorConfig is not null;

    /// <summary>Whether the time of the last update enters the inverted index.</summary>
    public bool IndexesTimestamps =>
        InvertedIndexConfig.TryGetProperty("indexTimestamps", out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Whether a vector of that name is declared.</summary>
    public bool DeclaresVector(string name) => VectorConfig is { } config && config.TryGetProperty(name, out _);

    /// <summary>The class with the number of its shards as it really is; 0 for a class with tenants, which has as many as those.</summary>
    public ClassDefinition WithShardCount(int shards) =>
        shards == 0 || ShardingConfig.GetProperty("actualCount").GetInt64() == shards
            ? this
            : this with { ShardingConfig = ClassDefaults.Merge(ShardingConfig, ClassDefaults.ActualSharding(shards)) };

    /// <summary>Writes the class with all its defaults.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("class", Name);
        if (Description is not null)
        {
            writer.WriteString("description", Description);
        }

        Write(writer, "invertedIndexConfig", InvertedIndexConfig);
        Write(writer, "moduleConfig", ModuleConfig);
        Write(writer, "multiTenancyConfig", MultiTenancyConfig);
        writer.WriteStartArray("properties");
        foreach (PropertyDefinition property in Properties)
        {
            property.WriteTo(writer);
        }

        writer.WriteEndArray();
        Write(writer, "replicationConfig", ReplicationConfig);
        Write(writer, "shardingConfig", ShardingConfig);
        Write(writer, "vectorConfig", VectorConfig);
        Write(writer, "vectorIndexConfig", VectorIndexConfig);
        if (VectorIndexType is not null)
        {
            writer.WriteString("vectorIndexType", VectorIndexType);
        }

        if (Vectorizer is not null)
        {
            writer.WriteString("vectorizer", Vectorizer);
        }

        writer.WriteEndObject();
    }

    private bool IsSet(string tenancy) => MultiTenancyConfig.GetProperty(tenancy).ValueKind == JsonValueKind.True;

    private static void Write(Utf8JsonWriter writer, string name, JsonElement? section)
    {
        if (section is { } element)
        {
            writer.WritePropertyName(name);
            element.WriteTo(writer);
        }
    }
}
