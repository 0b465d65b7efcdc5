using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Applies a changed definition to a class: what may change does, anything else is refused by name.</summary>
internal static class ClassUpdate
{
    /// <summary>The class after the update. Sections that the update leaves out stay as they are.</summary>
    /// <exception cref="RequestException">The update changes what is fixed at creation.</exception>
    public static ClassDefinition Apply(ClassDefinition current, JsonElement body)
    {
        JsonFields fields = JsonFields.Of(body, string.Empty);
        RequireSame(current, "class", NameRules.ClassName(fields.Text("class") ?? current.Name), current.Name);
        RequireSame(current, "vectorizer", fields.Text("vectorizer"), current.Vectorizer);
        RequireSame(current, "vectorIndexType", fields.Text("vectorIndexType"), current.VectorIndexType);
        RequireSameProperties(current, fields.Array("properties"));
        RequireSameVectors(current, fields.Object("vectorConfig"));
        return current with
        {
            Description = fields.Find("description") is null ? current.Description : fields.Text("description"),
            Properties = Describe(current.Properties, fields.Array("properties")),
            ModuleConfig = fields.Object("moduleConfig")?.Clone() ?? current.ModuleConfig,
            VectorIndexConfig = UpdateIndexConfig(current, fields.Object("vectorIndexConfig")),
            InvertedIndexConfig = UpdateInvertedIndex(current, fields.Object("invertedIndexConfig")),
            ReplicationConfig = ClassSettingsReader.ReadReplication(fields.Object("replicationConfig"), current.Name),
            MultiTenancyConfig = UpdateMultiTenancy(current, fields.Object("multiTenancyConfig")),
        };
    }

    private static JsonElement? UpdateIndexConfig(ClassDefinition current, JsonElement? given)
    {
        if (given is null || current.VectorIndexConfig is not { } config)
        {
            return current.VectorIndexConfig;
        }

        JsonElement updated = ClassDefaults.Merge(config, given, "vectorIndexConfig");
        string? distance = updated.GetProperty("distance").GetString();
        string? present = config.GetProperty("distance").GetString();
        return distance == present ? updated : throw Immutable(current, "vectorIndexConfig.distance", distance, present);
    }

    private static JsonElement UpdateMultiTenancy(ClassDefinition current, JsonElement? given)
    {
        JsonElement updated = ClassDefaults.Merge(current.MultiTenancyConfig, given, "multiTenancyConfig");
        bool enabled = updated.GetProperty("enabled").GetBoolean();
        return enabled == current.IsMultiTenant
            ? ClassSettingsReader.ReadMultiTenancy(updated, current.Name)
            : throw RequestException.Unprocessable(
                $"class '{current.Name}': {(enabled ? "enabling" : "disabling")} multi-tenancy for an existing class is not supported");
    }

    // Entries of older objects would be missing if the times began to be indexed now.
    private static JsonElement UpdateInvertedIndex(ClassDefinition current, JsonElement? given)
    {
        JsonElement updated = ClassDefaults.Merge(current.InvertedIndexConfig, given, "invertedIndexConfig");
        bool indexesTimestamps = (current with { InvertedIndexConfig = updated }).IndexesTimestamps;
        RequireSame(current, "invertedIndexConfig.indexTimestamps", $"{indexesTimestamps}", $"{current.IndexesTimestamps}");
        return ClassSettingsReader.ReadInvertedIndex(updated, current.Name);
    }

    private static void RequireSame(ClassDefinition current, string field, string? given, string? present)
    {
        if (!string.IsNullOrEmpty(given) && given != present)
        {
            throw Immutable(current, field, given, present);
        }
    }

    private static RequestException Immutable(ClassDefinition current, string field, string? given, string? present) =>
        RequestException.Unprocessable($"class '{current.Name}': {field} is immutable: attempted change from \"{present}\" to \"{given}\"");

    private static void RequireSameProperties(ClassDefinition current, JsonElement? given)
    {
        if (given is not { } array)
        {
            return;
        }

        int count = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            JsonFields fields = JsonFields.Of(element, $"properties.{count++}");
            string name = NameRules.PropertyName(fields.Text("name") ?? string.Empty);
            string? type = fields.Array("dataType") is { } types && types.GetArrayLength() > 0 ? types[0].ToString() : null;
            if (!current.Properties.TryGet(name, out PropertyDefinition? present))
            {
                throw Fixed(current);
            }

            // The deprecated names of text types were replaced when the class was created.
            type = type switch { "string" => "text", "string[]" => "text[]", _ => type };
            RequireSame(current, $"dataType of property \"{name}\"", type, present.TypeNames.First());
        }

        if (count != current.Properties.Count)
        {
            throw Fixed(current);
        }
    }

    private static void RequireSameVectors(ClassDefinition current, JsonElement? given)
    {
        foreach (JsonProperty vector in given?.EnumerateObject() ?? default)
        {
            if (!current.DeclaresVector(vector.Name))
            {
                throw RequestException.Unprocessable($"class '{current.Name}': vectorConfig is immutable: \"{vector.Name}\" was not there");
            }
        }
    }

    private static PropertySet Describe(PropertySet properties, JsonElement? given)
    {
        foreach (JsonElement element in given?.EnumerateArray() ?? default)
        {
            var fields = new JsonFields(element);
            if (properties.TryGet(NameRules.PropertyName(fields.Text("name")!), out PropertyDefinition? property)
                && fields.Text("description") is { } description)
            {
                properties = properties.With(property with { Description = description });
            }
        }

        return properties;
    }

    private static RequestException Fixed(ClassDefinition current) =>
        RequestException.Unprocessable(
            $"class '{current.Name}': properties cannot be updated through updating the class. Use the add property feature (e.g. \"POST /v1/schema/{current.Name}/properties\") to add additional properties");
}
