using System.Text.Json;
using System.Text.Json.Nodes;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Reads what a class says about its vectors.</summary>
internal static class VectorSettingsReader
{
    private static readonly string[] Distances = ["cosine", "dot", "l2-squared", "manhattan", "hamming"];

    /// <summary>The vectorizer of a class. There are no vectorizer modules: clients bring the vectors.</summary>
    public static string ReadVectorizer(string? vectorizer, string fallback, string className) =>
        vectorizer switch
        {
            null or "" => fallback,
            "none" => vectorizer,
            _ => throw RequestException.Unprocessable($"class '{className}': vectorizer: no module with name \"{vectorizer}\" present"),
        };

    /// <summary>The type of the vector index.</summary>
    public static string ReadIndexType(JsonFields fields, string className)
    {
        string type = fields.Text("vectorIndexType") is { Length: > 0 } given ? given : ClassDefaults.VectorIndexType;
        return ClassDefaults.VectorIndexConfig(type) is not null
            ? type
            : throw RequestException.Unprocessable(
                $"class '{className}': parse vector index config: unsupported vector index type: \"{type}\"; choose hnsw, flat or dynamic");
    }

    /// <summary>The settings of the vector index, complete.</summary>
    public static JsonElement ReadIndexConfig(string type, JsonElement? given, string className)
    {
        JsonElement config = ClassDefaults.Merge(ClassDefaults.VectorIndexConfig(type)!.Value, given, "vectorIndexConfig");
        string? distance = config.GetProperty("distance").GetString();
        return Distances.Contains(distance)
            ? config
            : throw RequestException.Unprocessable(
                $"class '{className}': parse vector index config: invalid distance; choose {string.Join(", ", Distances)}");
    }

    /// <summary>The named vectors of a class, complete; null when it has none.</summary>
    public static JsonElement? ReadNamed(JsonFields fields, string className)
    {
        if (fields.Object("vectorConfig") is not { } config || !config.EnumerateObject().Any())
        {
            return null;
        }

        if (fields.Text("vectorizer") is { Length: > 0 } || fields.Text("vectorIndexType") is { Length: > 0 } || fields.Object("vectorIndexConfig") is not null)
        {
            throw RequestException.Unprocessable(
                $"class '{className}': vectorConfig excludes vectorizer, vectorIndexType and vectorIndexConfig");
        }

        var complete = new JsonObject();
        foreach (JsonProperty member in config.EnumerateObject())
        {
            complete[member.Name] = NameRules.VectorNameProblem(member.Name) is { } problem
                ? throw RequestException.Unprocessable($"class '{className}': {problem}")
                : ReadNamedVector(JsonFields.Of(member.Value, $"vectorConfig.{member.Name}"), member.Name, className);
        }

        return JsonSerializer.SerializeToElement(complete, SchemaJson.Default.JsonObject);
    }

    private static JsonObject ReadNamedVector(JsonFields fields, string name, string className)
    {
        if (fields.Object("vectorizer") is { } vectorizer)
        {
            foreach (JsonProperty module in vectorizer.EnumerateObject())
            {
                ReadVectorizer(module.Name, "none", $"{className}', target vector '{name}");
            }
        }

        string type = ReadIndexType(fields, className);
        return new JsonObject
        {
            ["vectorIndexConfig"] = JsonObject.Create(ReadIndexConfig(type, fields.Object("vectorIndexConfig"), className)),
            ["vectorIndexType"] = type,
            ["vectorizer"] = new JsonObject { ["none"] = new JsonObject() },
        };
    }
}
