using System.Text.Json;

namespace Basalt.Server.Objects;

/// <summary>The address of an object, or of a property of one: <c>weaviate://host/Class/id</c>, with <c>/property</c> behind it for the
/// property that refers.</summary>
/// <param name="ClassName">The class; null in the older form, which leaves it out.</param>
/// <param name="Id">The object.</param>
/// <param name="Property">The property; null for an object.</param>
internal readonly record struct Beacon(string? ClassName, Guid Id, string? Property)
{
    private const string Scheme = "weaviate://";

    /// <summary>The objects that a stored property refers to.</summary>
    public static IEnumerable<Beacon> ReadAll(JsonElement property)
    {
        if (property.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (JsonElement item in property.EnumerateArray())
        {
            if (item.TryGetProperty("beacon", out JsonElement text) && TryParseObject(text.GetString(), out Beacon beacon))
            {
                yield return beacon;
            }
        }
    }

    /// <summary>Reads an address of an object.</summary>
    public static bool TryParseObject(string? text, out Beacon beacon)
    {
        beacon = default;
        string? className;
        string id;
        switch (Parts(text))
        {
            case [_, var only]:
                (className, id) = (null, only);
                break;
            case [_, var name, var last]:
                (className, id) = (name, last);
                break;
            default:
                return false;
        }

        bool isId = ObjectIds.TryParse(id, out Guid parsed);
        beacon = new Beacon(className, parsed, null);
        return isId;
    }

    /// <summary>Reads an address of a property.</summary>
    public static bool TryParseProperty(string? text, out Beacon beacon)
    {
        beacon = default;
        if (Parts(text) is not [_, var name, var id, var property] || !ObjectIds.TryParse(id, out Guid parsed))
        {
            return false;
        }

        beacon = new Beacon(name, parsed, property);
        return true;
    }

    /// <summary>The address in full.</summary>
    public override string ToString() => $"{Scheme}localhost/{(ClassName is null ? string.Empty : ClassName + "/")}{Id}{(Property is null ? string.Empty : "/" + Property)}";

    private static string[] Parts(string? text) =>
        text?.StartsWith(Scheme, StringComparison.Ordinal) == true ? text[Scheme.Length..].Split('/') : [];
}
