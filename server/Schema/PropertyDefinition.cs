using System.Collections.Immutable;
using System.Text.Json;

namespace Basalt.Server.Schema;

/// <summary>A property of a class, or of an object inside a property.</summary>
internal sealed record PropertyDefinition
{
    /// <summary>The name, its first letter in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The type of its values.</summary>
    public required DataType Type { get; init; }

    /// <summary>Classes that a reference may point to; empty for all other types.</summary>
    public ImmutableArray<string> References { get; init; } = [];

    /// <summary>Free text of the schema's author.</summary>
    public string? Description { get; init; }

    /// <summary>How text is split; null for other types.</summary>
    public Tokenization? Tokenization { get; init; }

    /// <summary>Whether filters may name it.</summary>
    public bool IndexFilterable { get; init; } = true;

    /// <summary>Whether keyword search may name it; text only.</summary>
    public bool IndexSearchable { get; init; }

    /// <summary>Echoed only: the index serves ranges in any case.</summary>
    public bool IndexRangeFilters { get; init; }

    /// <summary>Properties of the objects inside; empty for other types.</summary>
    public PropertySet NestedProperties { get; init; } = PropertySet.Empty;

    /// <summary>Settings of modules, kept as they came.</summary>
    public JsonElement? ModuleConfig { get; init; }

    /// <summary>Whether its values enter the inverted index.</summary>
    public bool IsIndexed => (Type.IsIndexable || Type.Kind == DataKind.GeoCoordinates) && (IndexFilterable || IndexSearchable);

    /// <summary>The types as the wire names them.</summary>
    public IEnumerable<string> TypeNames => Type.Kind == DataKind.Reference ? References : [Type.ToString()];

    /// <summary>Writes the property with all its defaults.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("dataType");
        foreach (string name in TypeNames)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        if (Description is not null)
        {
            writer.WriteString("description", Description);
        }

        writer.WriteBoolean("indexFilterable", IndexFilterable);
        writer.WriteBoolean("indexRangeFilters", IndexRangeFilters);
        writer.WriteBoolean("indexSearchable", IndexSearchable);
        if (ModuleConfig is { } moduleConfig)
        {
            writer.WritePropertyName("moduleConfig");
            moduleConfig.WriteTo(writer);
        }

        writer.WriteString("name", Name);
        if (Type.IsNested)
        {
            writer.WriteStartArray("nestedProperties");
            foreach (PropertyDefinition nested in NestedProperties)
            {
                nested.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        if (Tokenization is { } tokenization)
        {
            writer.WriteString("tokenization", tokenization.ToString().ToLowerInvariant());
        }

        writer.WriteEndObject();
    }
}
