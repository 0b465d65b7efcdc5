using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>Which references a property takes.</summary>
internal sealed class ReferenceRules(ClassCatalog catalog)
{
    /// <summary>The property of a class that refers.</summary>
    /// <exception cref="RequestException">There is no such property, or it holds no references.</exception>
    public static PropertyDefinition FindProperty(StoredClass owner, string name) =>
        !owner.Definition.Properties.TryGet(NameRules.PropertyName(name), out PropertyDefinition? property)
            ? throw RequestException.Unprocessable($"class '{owner.Name}': no such prop with name '{name}'")
        : property.Type.Kind == DataKind.Reference ? property
        : throw RequestException.Unprocessable($"class '{owner.Name}': property '{name}' is a primitive datatype, not a reference-type");

    /// <summary>The full beacon of an object that a property may refer to.</summary>
    /// <exception cref="RequestException">The text is no beacon, or of an object that the property does not take.</exception>
    public string Resolve(string? text, PropertyDefinition property, string name)
    {
        if (!Beacon.TryParseObject(text, out Beacon beacon))
        {
            throw RequestException.Unprocessable($"invalid '{name}' \"{text}\": it takes weaviate://localhost/<Class>/<id>");
        }

        string? className = beacon.ClassName is { } given ? catalog.Find(given)?.Name ?? NameRules.ClassName(given) : null;
        string? target = property.TypeNames.FirstOrDefault(type => className is null || type == className);
        return target is not null
            ? (beacon with { ClassName = target }).ToString()
            : throw RequestException.Unprocessable(
                $"property '{property.Name}' takes references to {string.Join(", ", property.TypeNames)}, not to '{beacon.ClassName}'");
    }

    /// <summary>The full form of a stored beacon.</summary>
    public string Canonical(string beacon, PropertyDefinition property)
    {
        try
        {
            return Resolve(beacon, property, "beacon");
        }
        catch (RequestException)
        {
            // Stored before its class was restricted: it is none of those that can be named.
            return beacon;
        }
    }
}
