using System.Text.Json.Nodes;

namespace Basalt.Server.Tests.Index;

/// <summary>The properties of an object in the model; null stands for a property that is missing.</summary>
public sealed record IndexedDocument(string? Title, string[]? Tags, long? Number, double? Price, bool? Flag)
{
    /// <summary>The definition of a class that takes them.</summary>
    public const string Properties = """
        {"name":"title","dataType":["text"]},{"name":"tags","dataType":["text[]"],"tokenization":"field"},{"name":"number","dataType":["int"]},
        {"name":"price","dataType":["number"]},{"name":"flag","dataType":["boolean"]}
        """;

    /// <summary>The words of the title as the index has them.</summary>
    public IEnumerable<string> Words => (Title ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant());

    /// <summary>What a patch with these properties makes of an older version.</summary>
    public IndexedDocument Over(IndexedDocument older) =>
        new(Title ?? older.Title, Tags ?? older.Tags, Number ?? older.Number, Price ?? older.Price, Flag ?? older.Flag);

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        Add(json, "title", Title);
        Add(json, "tags", Tags is null ? null : new JsonArray([.. Tags.Select(tag => JsonValue.Create(tag))]));
        Add(json, "number", Number);
        Add(json, "price", Price);
        Add(json, "flag", Flag);
        return json;
    }

    /// <summary>What a failing walk prints.</summary>
    public override string ToString() => ToJson().ToJsonString();

    private static void Add(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
