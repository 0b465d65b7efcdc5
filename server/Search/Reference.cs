using System.Text.Json;
using Basalt.Server.Objects;

namespace Basalt.Server.Search;

/// <summary>A reference to an object.</summary>
/// <param name="ClassName">Its class; null if the beacon names none, as older clients write it.</param>
/// <param name="Id">The object.</param>
internal readonly record struct Reference(string? ClassName, Guid Id)
{
    private const string Scheme = "weaviate://";

    /// <summary>Reads the references in a stored property.</summary>
    public static IEnumerable<Reference> ReadAll(JsonElement property)
    {
        if (property.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (JsonElement item in property.EnumerateArray())
        {
            if (item.TryGetProperty("beacon", out JsonElement beacon) && TryParse(beacon.GetString()!, out Reference reference))
            {
                yield return reference;
            }
        }
    }

    /// <summary>Reads <c>weaviate://host/Class/id</c>, or the form without a class.</summary>
    public static bool TryParse(string beacon, out Reference reference)
    {
        reference = default;
        if (!beacon.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = beacon[Scheme.Length..].Split('/');
        (string? className, string id) = parts switch
        {
            [_, var only] => (null, only),
            [_, var name, var last] => (name, last),
            _ => (null, string.Empty),
        };
        bool isReference = ObjectIds.TryParse(id, out Guid target);
        reference = new Reference(className, target);
        return isReference;
    }
}
