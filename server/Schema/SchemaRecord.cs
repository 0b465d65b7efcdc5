using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>
/// What is stored about a class, as JSON, under one key. Format 1, <c>{"format":1,"shard":"...","class":{...}}</c>, is a class with one
/// shard, or with tenants, that knows of no nodes. Format 2 is every other:
/// <c>{"format":2,"id":"...","shards":[{"name":"...","node":"..."}],"nodes":["..."],"class":{...}}</c>; <c>nodes</c> are those that tenants are spread
/// over; <c>id</c>, <c>node</c> and <c>nodes</c> may be missing.
/// </summary>
/// <param name="Shards">
/// Its shards; their order and number never change. None in a class with tenants, where each tenant's own record says where it is; classes that earlier servers
/// restored have here the tenants that are not where their names say.
/// </param>
/// <param name="Definition">The class.</param>
internal sealed record SchemaRecord(ImmutableArray<ShardPlace> Shards, ClassDefinition Definition)
{
    private const int SingleShardFormat = 1;
    private const int PlacedFormat = 2;

    private readonly FrozenDictionary<string, ShardPlace> _placed =
        Definition.IsMultiTenant ? Shards.ToFrozenDictionary(place => place.Name, StringComparer.Ordinal) : FrozenDictionary<string, ShardPlace>.Empty;

    // A definition arrives in a body of the usual depth; the record around it is one level more.
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 128 };

    /// <summary>The key of the record in the schema keyspace.</summary>
    public static ReadOnlySpan<byte> Key => "class"u8;

    /// <summary>Its shards. Not to be changed by <c>with</c>: what is derived from them would stay.</summary>
    public ImmutableArray<ShardPlace> Shards { get; } = Shards;

    /// <summary>The nodes that tenants are spread over; empty when they are all here.</summary>
    public ImmutableArray<string> Nodes { get; init; } = [];

    /// <summary>
    /// What tells this class of a cluster from one of the same name before or after it: names of tenants come again, other than those of shards. Null outside
    /// of clusters.
    /// </summary>
    public Guid? Id { get; init; }

    /// <summary>Where the shard of a tenant lives: where a restore has put it, or where its name says.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="node">The node in its own record.</param>
    public ShardPlace PlaceOfTenant(string tenant, string? node) =>
        node is not null ? new ShardPlace(tenant, node)
        : _placed.TryGetValue(tenant, out ShardPlace? place) ? place
        : new ShardPlace(tenant, Nodes.IsEmpty ? null : ShardPlacement.NodeOf(tenant, Nodes));

    private bool IsPlaced => Id is not null || !Nodes.IsEmpty || Shards.Length > 1 || Shards is [{ Node: not null }];

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("format", IsPlaced ? PlacedFormat : SingleShardFormat);
        if (IsPlaced)
        {
            WritePlaces(writer);
        }
        else
        {
            writer.WriteString("shard", Shards is [var only] ? only.Name : string.Empty);
        }

        writer.WritePropertyName("class");
        Definition.WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <param name="className">The class that the keyspace is named after.</param>
    /// <param name="value">The stored bytes.</param>
    /// <exception cref="InvalidDataException">They are no record of a known format, or of another class.</exception>
    public static SchemaRecord Decode(string className, ReadOnlyMemory<byte> value)
    {
        SchemaRecord record = DecodeAny(className, value);
        return record.Definition.Name == className
            ? record
            : throw new InvalidDataException($"The keyspaces of class '{className}' hold the definition of class '{record.Definition.Name}'.");
    }

    /// <summary>As <see cref="Decode"/>, whatever class it is of.</summary>
    /// <exception cref="InvalidDataException">The bytes are no record of a known format.</exception>
    public static SchemaRecord DecodeAny(string className, ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value, DocumentOptions);
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format is not (SingleShardFormat or PlacedFormat))
            {
                throw new InvalidDataException(
                    $"The definition of class '{className}' has format {format}; this server reads formats up to {PlacedFormat}. Use a newer server.");
            }

            // Every class that is referred to was there when the reference was made.
            ClassDefinition definition = new ClassDefinitionReader("none", static _ => true).Read(root.GetProperty("class"));
            ImmutableArray<ShardPlace> shards = format == PlacedFormat ? ReadPlaces(root)
                : definition.IsMultiTenant ? []
                : [new ShardPlace(root.GetProperty("shard").GetString() ?? throw new JsonException("it has no shard"))];
            RequireShards(shards, definition);
            return new SchemaRecord(shards, definition.WithShardCount(definition.IsMultiTenant ? 0 : shards.Length))
            {
                Nodes = format == PlacedFormat ? ReadNodes(root) : [],
                Id = root.TryGetProperty("id", out JsonElement id) ? id.GetGuid() : null,
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or RequestException)
        {
            throw new InvalidDataException($"The stored definition of class '{className}' cannot be read: {exception.Message}", exception);
        }
    }

    private void WritePlaces(Utf8JsonWriter writer)
    {
        if (Id is { } id)
        {
            writer.WriteString("id", id);
        }

        writer.WriteStartArray("shards");
        foreach (ShardPlace place in Shards)
        {
            writer.WriteStartObject();
            writer.WriteString("name", place.Name);
            if (place.Node is not null)
            {
                writer.WriteString("node", place.Node);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (Nodes.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("nodes");
        foreach (string node in Nodes)
        {
            writer.WriteStringValue(node);
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<ShardPlace> ReadPlaces(JsonElement root) =>
        [.. root.GetProperty("shards").EnumerateArray().Select(static place => new ShardPlace(
            place.GetProperty("name").GetString() ?? throw new JsonException("a shard has no name"),
            place.TryGetProperty("node", out JsonElement node) ? node.GetString() : null))];

    private static ImmutableArray<string> ReadNodes(JsonElement root) =>
        root.TryGetProperty("nodes", out JsonElement nodes)
            ? [.. nodes.EnumerateArray().Select(static node => node.GetString() ?? throw new JsonException("a node has no name"))]
            : [];

    private static void RequireShards(ImmutableArray<ShardPlace> shards, ClassDefinition definition)
    {
        if (shards.IsEmpty && !definition.IsMultiTenant)
        {
            throw new JsonException("it has no shard");
        }

        if (shards.DistinctBy(place => place.Name, StringComparer.Ordinal).Count() < shards.Length)
        {
            throw new JsonException("two shards have one name");
        }
    }
}
