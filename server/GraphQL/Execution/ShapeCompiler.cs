using Basalt.Server.GraphQL.Syntax;
using Basalt.Server.Schema;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>Checks what a query selects on a class, and resolves it.</summary>
internal sealed class ShapeCompiler(ClassCatalog catalog, SelectionCollector collector)
{
    private static readonly Dictionary<string, AdditionalKind> Additionals = new(StringComparer.Ordinal)
    {
        ["id"] = AdditionalKind.Id,
        ["vector"] = AdditionalKind.Vector,
        ["vectors"] = AdditionalKind.Vectors,
        ["creationTimeUnix"] = AdditionalKind.CreationTimeUnix,
        ["lastUpdateTimeUnix"] = AdditionalKind.LastUpdateTimeUnix,
        ["distance"] = AdditionalKind.Distance,
        ["certainty"] = AdditionalKind.Certainty,
        ["isConsistent"] = AdditionalKind.IsConsistent,
    };

    private static readonly string[] GeoFields = ["latitude", "longitude"];

    private static readonly string[] PhoneFields =
        ["input", "internationalFormatted", "nationalFormatted", "national", "valid", "countryCode", "defaultCountry"];

    /// <summary>Resolves what is selected on a class.</summary>
    /// <exception cref="GraphQLException">The class has no such field.</exception>
    public ObjectShape Compile(ClassDefinition definition, IReadOnlyList<QuerySelection> selections)
    {
        var fields = new List<ObjectShape.Field>();
        foreach (SelectedField field in collector.Collect(selections, definition.Name))
        {
            fields.Add(field.Name == "_additional" ? CompileAdditional(definition, field) : CompileProperty(definition.Properties, definition.Name, field));
        }

        return new ObjectShape(fields);
    }

    private ObjectShape.Field CompileProperty(PropertySet properties, string owner, SelectedField field)
    {
        if (!properties.TryGet(field.Name, out PropertyDefinition? property))
        {
            throw field.Unknown(owner);
        }

        switch (property.Type.Kind)
        {
            case DataKind.Reference:
                return CompileReference(property, field);
            case DataKind.Object:
                string type = $"{owner}{property.Name}Object";
                field.RequireSelections(type);
                return new ObjectShape.Nested(
                    field.Key,
                    property.Name,
                    new ObjectShape([.. collector.Collect(field.Selections, null).Select(inner => CompileProperty(property.NestedProperties, type, inner))]));
            case DataKind.GeoCoordinates:
                return CompileMembers(property, field, $"{owner}{property.Name}GeoCoordinatesObj", GeoFields);
            case DataKind.PhoneNumber:
                return CompileMembers(property, field, $"{owner}{property.Name}PhoneNumberObj", PhoneFields);
            default:
                field.RequireLeaf(property.TypeNames.First());
                return new ObjectShape.Property(field.Key, property.Name);
        }
    }

    private ObjectShape.Nested CompileMembers(PropertyDefinition property, SelectedField field, string type, string[] members)
    {
        field.RequireSelections(type);
        IEnumerable<ObjectShape.Field> inside = collector.Collect(field.Selections, null).Select(inner =>
            members.Contains(inner.Name) ? new ObjectShape.Property(inner.Key, inner.Name) : throw inner.Unknown(type));
        return new ObjectShape.Nested(field.Key, property.Name, new ObjectShape([.. inside]));
    }

    private ObjectShape.Reference CompileReference(PropertyDefinition property, SelectedField field)
    {
        field.RequireSelections(string.Join(" or ", property.References));
        var targets = new Dictionary<string, ObjectShape.TargetShape>(StringComparer.Ordinal);
        foreach (string type in collector.FragmentTypes(field.Selections))
        {
            if (!property.References.Contains(type) || catalog.Find(type) is not { } target)
            {
                throw new GraphQLException($"Unknown type \"{type}\" in a fragment on \"{field.Name}\".", field.Location);
            }

            targets[type] = new ObjectShape.TargetShape(target, Compile(target.Definition, field.Selections));
        }

        return targets.Count > 0
            ? new ObjectShape.Reference(field.Key, property.Name, targets)
            : throw new GraphQLException($"Field \"{field.Name}\" is a reference: select with \"... on {property.References.First()} {{...}}\".", field.Location);
    }

    private ObjectShape.Additional CompileAdditional(ClassDefinition definition, SelectedField field)
    {
        string type = $"{definition.Name}AdditionalProps";
        field.RequireSelections(type);
        var inside = new List<AdditionalField>();
        foreach (SelectedField inner in collector.Collect(field.Selections, null))
        {
            AdditionalKind kind = Additionals.TryGetValue(inner.Name, out AdditionalKind known) ? known : throw inner.Unknown(type);
            inside.Add(new AdditionalField(inner.Key, kind, kind == AdditionalKind.Vectors ? CompileVectors(definition, inner) : []));
            if (kind != AdditionalKind.Vectors)
            {
                inner.RequireLeaf("String");
            }
        }

        return new ObjectShape.Additional(field.Key, inside);
    }

    private List<KeyValuePair<string, string>> CompileVectors(ClassDefinition definition, SelectedField field)
    {
        string type = $"{definition.Name}AdditionalPropsVectors";
        field.RequireSelections(type);
        return [.. collector.Collect(field.Selections, null).Select(inner =>
            definition.DeclaresVector(inner.Name) ? new KeyValuePair<string, string>(inner.Key, inner.Name) : throw inner.Unknown(type))];
    }
}
