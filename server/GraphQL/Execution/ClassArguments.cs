using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.GraphQL.Syntax;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>Reads the arguments of a class in a query.</summary>
internal static class ClassArguments
{
    /// <summary>Reads what <c>Get</c> takes.</summary>
    /// <exception cref="GraphQLException">There is no such argument, or it is not supported.</exception>
    /// <exception cref="RequestException">One has a value that is not allowed.</exception>
    public static ObjectSearch ReadSearch(ClassScope target, SelectedField field)
    {
        RequireKnown(field, "GetObjectsObj", ["where", "limit", "offset", "after", "sort", "nearVector", "nearObject", "tenant", "consistencyLevel"]);
        var fields = new JsonFields(field.Arguments, field.Name);
        return new ObjectSearch(target)
        {
            Where = fields.Object("where"),
            Near = ReadNear(fields),
            Sort = fields.Find("sort") is { } sort ? ReadSort(sort) : [],
            Offset = NotNegative(fields, "offset") ?? 0,
            Limit = NotNegative(fields, "limit"),
            After = fields.Text("after"),
        };
    }

    /// <summary>Reads what <c>Aggregate</c> takes: the filter.</summary>
    /// <exception cref="GraphQLException">There is no such argument, or it is not supported.</exception>
    /// <exception cref="RequestException">It has a value that is not allowed.</exception>
    public static JsonElement? ReadFilter(SelectedField field)
    {
        RequireKnown(field, "AggregateObjectsObj", ["where", "tenant"]);
        return new JsonFields(field.Arguments, field.Name).Object("where");
    }

    /// <summary>The tenant that is named, or null.</summary>
    /// <exception cref="RequestException">It is no text.</exception>
    public static string? ReadTenant(SelectedField field) =>
        new JsonFields(field.Arguments, field.Name).Text("tenant") is { Length: > 0 } tenant ? tenant : null;

    private static void RequireKnown(SelectedField field, string type, string[] known)
    {
        foreach (JsonProperty argument in field.Arguments.EnumerateObject())
        {
            if (!known.Contains(argument.Name))
            {
                throw new GraphQLException(
                    $"Unknown argument \"{argument.Name}\" on field \"{field.Name}\" of type \"{type}\"; this server takes {string.Join(", ", known)}.",
                    field.Location);
            }
        }
    }

    private static long? NotNegative(JsonFields fields, string name) =>
        fields.Integer(name) is not { } value ? null
        : value >= 0 ? value
        : throw RequestException.Unprocessable($"{name} must not be negative");

    private static VectorQuery? ReadNear(JsonFields fields) => (fields.Object("nearVector"), fields.Object("nearObject")) switch
    {
        (null, null) => null,
        ({ } vector, null) => ReadVector(new JsonFields(vector, "nearVector")),
        (null, { } reference) => ReadObject(new JsonFields(reference, "nearObject")),
        _ => throw RequestException.Unprocessable("nearVector and nearObject cannot be given together"),
    };

    private static VectorQuery ReadObject(JsonFields near)
    {
        Guid id = near.Text("id") is { } text
            ? ObjectIds.TryParse(text, out Guid parsed) ? parsed : throw RequestException.Unprocessable($"nearObject.id must be a UUID, not '{text}'")
            : Beacon.TryParseObject(near.Text("beacon"), out Beacon beacon) ? beacon.Id
            : throw RequestException.Unprocessable("nearObject needs an id, or a beacon of the form weaviate://localhost/<Class>/<id>");
        return new VectorQuery([], ReadTarget(near), Number(near, "distance"), Number(near, "certainty")) { NearObject = id };
    }

    private static VectorQuery ReadVector(JsonFields near)
    {
        JsonElement values = near.Array("vector") ?? throw RequestException.Unprocessable("nearVector needs a vector");
        float[] vector = [.. values.EnumerateArray().Select(value =>
            value.ValueKind == JsonValueKind.Number ? value.GetSingle() : throw RequestException.Unprocessable("nearVector.vector takes numbers"))];
        return new VectorQuery(vector, ReadTarget(near), Number(near, "distance"), Number(near, "certainty"));
    }

    private static string? ReadTarget(JsonFields near)
    {
        string?[] targets = near.Find("targetVectors") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(target => target.ToString())]
            : [near.Text("targetVectors")];
        return targets.Length > 1
            ? throw RequestException.Unprocessable($"{near.PathOf("targetVectors")} takes one target vector; several are not supported")
            : targets.SingleOrDefault();
    }

    private static float? Number(JsonFields fields, string name) =>
        fields.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetSingle()
        : throw RequestException.Unprocessable($"{fields.PathOf(name)} must be a number");

    private static List<SortField> ReadSort(JsonElement sort)
    {
        var keys = new List<SortField>();
        foreach (JsonElement item in sort.ValueKind == JsonValueKind.Array ? [.. sort.EnumerateArray()] : (JsonElement[])[sort])
        {
            JsonFields fields = JsonFields.Of(item, "sort");
            string[] path = fields.Find("path") switch
            {
                { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(part => part.ToString())],
                { ValueKind: JsonValueKind.String } single => [single.GetString()!],
                _ => [],
            };
            string order = fields.Text("order") ?? "asc";
            keys.Add(path.Length == 1 && order is ("asc" or "desc")
                ? new SortField(path[0], order == "desc")
                : throw RequestException.Unprocessable("sort takes a path of one property, and asc or desc as order"));
        }

        return keys;
    }
}
