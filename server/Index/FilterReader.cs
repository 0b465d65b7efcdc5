using System.Globalization;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>Reads the <c>where</c> of a request and resolves it against a class.</summary>
internal sealed partial class FilterReader
{
    private const int MaxDepth = 32;

    // Each is a scan of its own and takes memory many times its text.
    private const int MaxValues = FilterTarget.MaxTerms;

    private readonly ClassDefinition _definition;
    private readonly ClassCatalog _catalog;
    private readonly FilterReader _root;
    private int _values;

    /// <param name="definition">The class.</param>
    /// <param name="catalog">Finds the classes that its references name.</param>
    public FilterReader(ClassDefinition definition, ClassCatalog catalog)
        : this(definition, catalog, null)
    {
    }

    private FilterReader(ClassDefinition definition, ClassCatalog catalog, FilterReader? root)
    {
        _definition = definition;
        _catalog = catalog;
        _root = root ?? this;
    }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="RequestException">It is malformed, names an unknown property, or compares it with the wrong type.</exception>
    public FilterNode Read(JsonElement where) => Read(where, 0);

    private FilterNode Read(JsonElement where, int depth)
    {
        if (where.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("it must be an object");
        }

        if (depth == MaxDepth)
        {
            throw Invalid($"operands are nested more than {MaxDepth} deep");
        }

        var fields = new JsonFields(where, "where");
        string name = fields.Text("operator") ?? throw Invalid("it has no operator");
        return name switch
        {
            "And" => new FilterNode.AllOf(ReadOperands(fields, depth)),
            "Or" => new FilterNode.AnyOf(ReadOperands(fields, depth)),
            "Not" => ReadOperands(fields, depth) is [var operand] ? new FilterNode.Not(operand) : throw Invalid("operator Not takes one operand"),
            _ => ReadComparison(
                fields,
                Enum.TryParse(name, out FilterOperator comparison) && Enum.IsDefined(comparison) && !char.IsAsciiDigit(name[0])
                    ? comparison
                    : throw Invalid($"operator '{name}' is not supported")),
        };
    }

    private List<FilterNode> ReadOperands(JsonFields fields, int depth)
    {
        JsonElement operands = fields.Array("operands") ?? throw Invalid("it has no operands");
        List<FilterNode> nodes = [.. operands.EnumerateArray().Select(operand => Read(operand, depth + 1))];
        return nodes.Count > 0 ? nodes : throw Invalid("it has no operands");
    }

    private FilterNode ReadComparison(JsonFields fields, FilterOperator comparison)
    {
        JsonElement path = fields.Array("path") ?? throw Invalid("it has no path");
        return path.GetArrayLength() <= 2 * MaxDepth && path.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String)
            ? ReadComparison(fields, comparison, [.. path.EnumerateArray().Select(part => part.GetString()!)])
            : throw Invalid($"path takes up to {2 * MaxDepth} names");
    }

    private FilterNode ReadComparison(JsonFields fields, FilterOperator comparison, ReadOnlySpan<string> path)
    {
        if (path.Length > 2)
        {
            return ReadThroughReference(fields, comparison, path);
        }

        string name = path.Length == 1 ? path[0] : throw Invalid("path takes one property, or a reference, the class that it refers to, and a property of that");
        if (FindMeasured(name) is { } measured)
        {
            return ReadSize(fields, comparison, measured.Name);
        }

        FilterTarget target = ReadTarget(name);
        if (comparison == FilterOperator.IsNull)
        {
            bool isNull = fields.Flag("valueBoolean") ?? throw Invalid("operator IsNull needs valueBoolean");
            Count(1);
            FilterNode present = target.AnyValue();
            return isNull ? new FilterNode.Not(present) : present;
        }

        List<JsonElement> values = ReadValues(fields, target);
        return comparison switch
        {
            FilterOperator.ContainsAny => new FilterNode.AnyOf([.. values.Select(EqualTo)]),
            FilterOperator.ContainsAll => new FilterNode.AllOf([.. values.Select(EqualTo)]),
            FilterOperator.ContainsNone => new FilterNode.Not(new FilterNode.AnyOf([.. values.Select(EqualTo)])),
            _ when values.Count != 1 => throw Invalid($"operator {comparison} takes one value"),
            FilterOperator.Equal => EqualTo(values[0]),
            FilterOperator.NotEqual => new FilterNode.Not(EqualTo(values[0])),
            FilterOperator.Like => Counted(target.Like(values[0])),
            FilterOperator.WithinGeoRange => target.Near(values[0]),
            _ => target.Compare(comparison, values[0]),
        };

        FilterNode EqualTo(JsonElement value) => Counted(target.EqualTo(value));
    }

    /// <summary>Counts the terms of a text as well.</summary>
    private FilterNode Counted(FilterNode node)
    {
        Count(node is FilterNode.AllOf terms ? terms.Parts.Count - 1 : 0);
        return node;
    }

    private FilterTarget ReadTarget(string name)
    {
        switch (name)
        {
            case "id" or "_id":
                return FilterTarget.OfId(_definition);
            case "_creationTimeUnix":
                return FilterTarget.OfTime(_definition, name, IndexKey.CreationTime);
            case "_lastUpdateTimeUnix":
                return _definition.IndexesTimestamps
                    ? FilterTarget.OfTime(_definition, name, IndexKey.UpdateTime)
                    : throw Invalid("timestamps are not indexed; set invertedIndexConfig.indexTimestamps when creating the class");
            default:
                break;
        }

        int index = _definition.Properties.IndexOf(NameRules.PropertyName(name));
        if (index < 0)
        {
            throw Invalid($"no such prop with name '{name}' found in class '{_definition.Name}'");
        }

        PropertyDefinition property = _definition.Properties[index];
        return property.IsIndexed
            ? FilterTarget.OfProperty(_definition, property, (ushort)(IndexKey.FirstProperty + index))
            : throw Invalid($"property '{property.Name}' of type {property.TypeNames.First()} is not indexed");
    }

    private List<JsonElement> ReadValues(JsonFields fields, FilterTarget target)
    {
        foreach (string member in target.ValueMembers)
        {
            JsonElement? value = fields.Find(member) ?? fields.Find(member + "Array");
            if (value is { ValueKind: JsonValueKind.Array } array)
            {
                List<JsonElement> values = [.. array.EnumerateArray()];
                Count(values.Count);
                return values.Count > 0 ? values : throw Invalid($"{member} is empty");
            }

            if (value is { } single)
            {
                Count(1);
                return [single];
            }
        }

        throw Invalid($"'{target.Name}' is compared with {string.Join(" or ", target.ValueMembers)}, which is missing");
    }

    private void Count(int values)
    {
        _root._values += values;
        if (_root._values > MaxValues)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"it compares with more than {MaxValues} values and terms"));
        }
    }

    private RequestException Invalid(string problem) =>
        RequestException.Unprocessable($"invalid 'where' filter on class '{_definition.Name}': {problem}");
}
