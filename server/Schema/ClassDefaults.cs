using System.Text.Json;
using System.Text.Json.Nodes;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>The values that Weaviate gives to whatever a class definition leaves out; clients' parsers insist on all of them.</summary>
internal static class ClassDefaults
{
    public const string VectorIndexType = "hnsw";

    private const string Hnsw = """
        {"bq":{"enabled":false},"cleanupIntervalSeconds":300,"distance":"cosine","dynamicEfFactor":8,"dynamicEfMax":500,
        "dynamicEfMin":100,"ef":-1,"efConstruction":128,"filterStrategy":"sweeping","flatSearchCutoff":40000,"maxConnections":32,
        "multivector":{"aggregation":"maxSim","enabled":false},
        "pq":{"bitCompression":false,"centroids":256,"enabled":false,"encoder":{"distribution":"log-normal","type":"kmeans"},
        "segments":0,"trainingLimit":100000},"rq":{"bits":8,"enabled":false,"rescoreLimit":20},"skip":false,
        "sq":{"enabled":false,"rescoreLimit":20,"trainingLimit":100000},"vectorCacheMaxObjects":1000000000000}
        """;

    private const string Flat = """
        {"bq":{"cache":false,"enabled":false,"rescoreLimit":-1},"distance":"cosine",
        "pq":{"cache":false,"enabled":false,"rescoreLimit":-1},"rq":{"cache":false,"enabled":false,"rescoreLimit":-1},
        "sq":{"cache":false,"enabled":false,"rescoreLimit":-1},"vectorCacheMaxObjects":1000000000000}
        """;

    private const string Dynamic = $$"""{"distance":"cosine","flat":{{Flat}},"hnsw":{{Hnsw}},"threshold":10000}""";

    private const int VirtualPerShard = 128;

    private static readonly JsonElement OneShard = JsonElement.Parse("""{"actualCount":1,"actualVirtualCount":128}""");
    private static readonly JsonElement HnswConfig = JsonElement.Parse(Hnsw);
    private static readonly JsonElement FlatConfig = JsonElement.Parse(Flat);
    private static readonly JsonElement DynamicConfig = JsonElement.Parse(Dynamic);

    /// <summary>Settings of the inverted index.</summary>
    public static JsonElement InvertedIndexConfig { get; } = JsonElement.Parse("""
        {"bm25":{"b":0.75,"k1":1.2},"cleanupIntervalSeconds":60,
        "stopwords":{"additions":null,"preset":"en","removals":null},"usingBlockMaxWAND":true}
        """);

    /// <summary>No tenants.</summary>
    public static JsonElement MultiTenancyConfig { get; } =
        JsonElement.Parse("""{"autoTenantActivation":false,"autoTenantCreation":false,"enabled":false}""");

    /// <summary>Every object once.</summary>
    public static JsonElement ReplicationConfig { get; } =
        JsonElement.Parse("""{"asyncEnabled":false,"deletionStrategy":"NoAutomatedResolution","factor":1}""");

    /// <summary>One shard.</summary>
    public static JsonElement ShardingConfig { get; } = JsonElement.Parse("""
        {"actualCount":1,"actualVirtualCount":128,"desiredCount":1,"desiredVirtualCount":128,"function":"murmur3","key":"_id",
        "strategy":"hash","virtualPerPhysical":128}
        """);

    /// <summary>With tenants there is nothing to set.</summary>
    public static JsonElement TenantSharding { get; } = JsonElement.Parse("""
        {"actualCount":0,"actualVirtualCount":0,"desiredCount":0,"desiredVirtualCount":0,"function":"","key":"",
        "strategy":"","virtualPerPhysical":0}
        """);

    /// <summary>The members of the sharding settings that say what is, not what was asked for.</summary>
    /// <param name="shards">The shards of the class.</param>
    public static JsonElement ActualSharding(int shards) => shards == 1
        ? OneShard
        : JsonSerializer.SerializeToElement(
            new() { ["actualCount"] = shards, ["actualVirtualCount"] = VirtualPerShard * shards }, SchemaJson.Default.JsonObject);

    /// <summary>Settings of a vector index of that type, or null for an unknown type.</summary>
    public static JsonElement? VectorIndexConfig(string type) => type switch
    {
        "hnsw" => HnswConfig,
        "flat" => FlatConfig,
        "dynamic" => DynamicConfig,
        _ => null,
    };

    /// <summary>The defaults with the given members on top; objects are merged member by member, nulls keep the default.</summary>
    /// <exception cref="RequestException">A member is of another type than its default.</exception>
    public static JsonElement Merge(JsonElement defaults, JsonElement? given, string path = "class")
    {
        if (given is not { ValueKind: JsonValueKind.Object } overrides)
        {
            return defaults;
        }

        JsonObject merged = JsonObject.Create(defaults)!;
        Merge(merged, overrides, path);
        return JsonSerializer.SerializeToElement(merged, SchemaJson.Default.JsonObject);
    }

    private static void Merge(JsonObject target, JsonElement overrides, string path)
    {
        foreach (JsonProperty member in overrides.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            string memberPath = $"{path}.{member.Name}";
            if (target[member.Name] is { } present && TypeName(present.GetValueKind()) is var type && type != TypeName(member.Value.ValueKind))
            {
                throw JsonFields.WrongType(memberPath, type, member.Value);
            }

            if (target[member.Name] is JsonObject inner)
            {
                Merge(inner, member.Value, memberPath);
            }
            else
            {
                target[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }
    }

    private static string TypeName(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
