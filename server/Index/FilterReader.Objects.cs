using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>Comparisons that look at the objects themselves: through references, and of sizes.</summary>
internal sealed partial class FilterReader
{
    private const string SizePrefix = "len(";

    /// <summary>A path of a reference, the class that it refers to, and a path of that class.</summary>
    private FilterNode.Refers ReadThroughReference(JsonFields fields, FilterOperator comparison, ReadOnlySpan<string> path)
    {
        string className = NameRules.ClassName(path[1]);
        if (FindReference(path[0]) is not { } property || !property.References.Contains(className) || _catalog.Find(className) is not { } target)
        {
            throw Invalid($"'{path[0]}' is no reference to a class '{path[1]}'");
        }

        var inside = new FilterReader(target.Definition, _catalog, _root);
        return new FilterNode.Refers(property.Name, className, target, inside.ReadComparison(fields, comparison, path[2..]), fields.Element);
    }

    /// <summary>The property whose size a name means: <c>len(property)</c>, or a reference by itself.</summary>
    private PropertyDefinition? FindMeasured(string name)
    {
        if (!name.StartsWith(SizePrefix, StringComparison.Ordinal) || !name.EndsWith(')'))
        {
            return FindReference(name);
        }

        string inner = NameRules.PropertyName(name[SizePrefix.Length..^1]);
        return _definition.Properties.TryGet(inner, out PropertyDefinition? property) && (property.Type.IsArray || property.Type.IsText)
            ? property
            : throw Invalid($"'{name}': there is no text or array '{inner}' in class '{_definition.Name}'");
    }

    private PropertyDefinition? FindReference(string name) =>
        _definition.Properties.TryGet(NameRules.PropertyName(name), out PropertyDefinition? property) && property.Type.Kind == DataKind.Reference
            ? property
            : null;

    private FilterNode.Measured ReadSize(JsonFields fields, FilterOperator comparison, string property)
    {
        Count(1);
        if (comparison == FilterOperator.IsNull)
        {
            bool isNull = fields.Flag("valueBoolean") ?? throw Invalid("operator IsNull needs valueBoolean");
            return new FilterNode.Measured(property, size => (size == 0) == isNull);
        }

        long value = fields.Integer("valueInt") ?? throw Invalid($"the size of '{property}' is compared with valueInt, which is missing");
        return new FilterNode.Measured(property, comparison switch
        {
            FilterOperator.Equal => size => size == value,
            FilterOperator.NotEqual => size => size != value,
            FilterOperator.GreaterThan => size => size > value,
            FilterOperator.GreaterThanEqual => size => size >= value,
            FilterOperator.LessThan => size => size < value,
            FilterOperator.LessThanEqual => size => size <= value,
            _ => throw Invalid($"operator {comparison} is not for the size of '{property}'"),
        });
    }
}
