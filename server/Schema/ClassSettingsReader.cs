using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Reads the sections of a class that are settings of the store.</summary>
internal static class ClassSettingsReader
{
    // Each has files and memory of its own.
    private const int MaxShards = 128;

    /// <summary>Settings of the inverted index.</summary>
    public static JsonElement ReadInvertedIndex(JsonElement? given, string className)
    {
        JsonElement config = ClassDefaults.Merge(ClassDefaults.InvertedIndexConfig, given, "invertedIndexConfig");
        JsonElement bm25 = config.GetProperty("bm25");
        RequireRange(bm25, "b", 0, 1, className);
        RequireRange(bm25, "k1", 0, double.MaxValue, className);
        return config;
    }

    /// <summary>Tenants.</summary>
    public static JsonElement ReadMultiTenancy(JsonElement? given, string className)
    {
        JsonElement config = ClassDefaults.Merge(ClassDefaults.MultiTenancyConfig, given, "multiTenancyConfig");
        if (!IsSet("enabled") && (IsSet("autoTenantCreation") || IsSet("autoTenantActivation")))
        {
            throw RequestException.Unprocessable(
                $"class '{className}': can't enable autoTenantCreation or autoTenantActivation on a non-multi-tenant class");
        }

        return config;

        bool IsSet(string name) => config.GetProperty(name).ValueKind == JsonValueKind.True;
    }

    /// <summary>Replication. More than one copy needs more than one node.</summary>
    public static JsonElement ReadReplication(JsonElement? given, string className)
    {
        JsonElement config = ClassDefaults.Merge(ClassDefaults.ReplicationConfig, given, "replicationConfig");
        return config.GetProperty("factor").TryGetInt64(out long copies) && copies == 1
            ? config
            : throw RequestException.Unprocessable(
                $"class '{className}': not enough storage replicas: replicationConfig.factor takes 1 on a single node");
    }

    /// <summary>Sharding as it is asked for; what is really there is filled in when the shards are known.</summary>
    public static JsonElement ReadSharding(JsonElement? given, bool multiTenant, string className)
    {
        if (multiTenant)
        {
            return ClassDefaults.TenantSharding;
        }

        JsonElement config = ClassDefaults.Merge(ClassDefaults.ShardingConfig, given, "shardingConfig");
        return config.GetProperty("desiredCount").TryGetInt64(out long shards) && shards >= 0
            ? ClassDefaults.Merge(config, ClassDefaults.ActualSharding(1))
            : throw RequestException.Unprocessable($"class '{className}': shardingConfig.desiredCount takes a whole number from 0");
    }

    /// <summary>The shards that a new class gets: as many as it asks for, or one. Checked only here, because older servers stored any number.</summary>
    /// <exception cref="RequestException">It asks for too many.</exception>
    public static int ShardCount(ClassDefinition definition)
    {
        if (definition.IsMultiTenant)
        {
            return 0;
        }

        long desired = definition.ShardingConfig.GetProperty("desiredCount").GetInt64();
        return desired <= MaxShards
            ? (int)Math.Max(1, desired)
            : throw RequestException.Unprocessable($"class '{definition.Name}': shardingConfig.desiredCount takes 0 (for 1) to {MaxShards}");
    }

    private static void RequireRange(JsonElement section, string name, double minimum, double maximum, string className)
    {
        double number = section.GetProperty(name).GetDouble();
        if (!(number >= minimum && number <= maximum))
        {
            throw RequestException.Unprocessable(
                $"class '{className}': invertedIndexConfig.bm25.{name} takes {(maximum == 1 ? "0 to 1" : "0 or more")}");
        }
    }
}
