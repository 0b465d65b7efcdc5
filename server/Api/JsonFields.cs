using System.Text.Json;

namespace Basalt.Server.Api;

/// <summary>Typed access to the members of a JSON object in a request body; null members count as missing.</summary>
/// <param name="element">The object.</param>
/// <param name="path">Where it stands in the body, for messages; empty for the body itself.</param>
internal readonly struct JsonFields(JsonElement element, string path = "")
{
    /// <summary>The object itself.</summary>
    public JsonElement Element => element;

    /// <summary>The fields of an element that must be an object.</summary>
    /// <exception cref="RequestException">It is something else.</exception>
    public static JsonFields Of(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object ? new JsonFields(element, path) : throw WrongType(path, "object", element);

    /// <summary>A text member, or null.</summary>
    public string? Text(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw WrongType(PathOf(name), "string", value);

    /// <summary>A boolean member, or null.</summary>
    public bool? Flag(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw WrongType(PathOf(name), "boolean", value);

    /// <summary>A whole number, or null.</summary>
    public long? Integer(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number
        : throw WrongType(PathOf(name), "integer", value);

    /// <summary>An object member, or null.</summary>
    public JsonElement? Object(string name) => OfKind(name, JsonValueKind.Object, "object");

    /// <summary>An array member, or null.</summary>
    public JsonElement? Array(string name) => OfKind(name, JsonValueKind.Array, "array");

    /// <summary>The path of a member.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A member of any kind but null, or null.</summary>
    public JsonElement? Find(string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The error that a value is not of its declared type.</summary>
    public static RequestException WrongType(string path, string type, JsonElement value) =>
        RequestException.Validation(
            ValidationCode.InvalidType,
            $"{(path.Length == 0 ? "body" : path)} in body must be of type {type}: \"{value.ValueKind.ToString().ToLowerInvariant()}\"");

    private JsonElement? OfKind(string name, JsonValueKind kind, string type) =>
        Find(name) is not { } value ? null : value.ValueKind == kind ? value : throw WrongType(PathOf(name), type, value);
}
