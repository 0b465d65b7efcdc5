using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>Reads the <c>where</c> of a request and resolves it against a class.</summary>
internal sealed class FilterReader(ClassDefinition definition)
{
    private const int MaxDepth = 32;

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
        FilterTarget target = ReadTarget(fields.Array("path") ?? throw Invalid("it has no path"));
        if (comparison == FilterOperator.IsNull)
        {
            bool isNull = fields.Flag("valueBoolean") ?? throw Invalid("operator IsNull needs valueBoolean");
            FilterNode present = target.AnyValue();
            return isNull ? new FilterNode.Not(present) : present;
        }

        List<JsonElement> values = ReadValues(fields, target);
        return comparison switch
        {
            FilterOperator.ContainsAny => new FilterNode.AnyOf([.. values.Select(target.EqualTo)]),
            FilterOperator.ContainsAll => new FilterNode.AllOf([.. values.Select(target.EqualTo)]),
            FilterOperator.ContainsNone => new FilterNode.Not(new FilterNode.AnyOf([.. values.Select(target.EqualTo)])),
            _ when values.Count != 1 => throw Invalid($"operator {comparison} takes one value"),
            FilterOperator.Equal => target.EqualTo(values[0]),
            FilterOperator.NotEqual => new FilterNode.Not(target.EqualTo(values[0])),
            FilterOperator.Like => target.Like(values[0]),
            FilterOperator.WithinGeoRange => target.Near(values[0]),
            _ => target.Compare(comparison, values[0]),
        };
    }

    private FilterTarget ReadTarget(JsonElement path)
    {
        if (path.GetArrayLength() != 1 || path[0].ValueKind != JsonValueKind.String)
        {
            throw Invalid("path takes the name of one property of the class");
        }

        string name = path[0].GetString()!;
        switch (name)
        {
            case "id" or "_id":
                return FilterTarget.OfId(definition);
            case "_creationTimeUnix":
                return FilterTarget.OfTime(definition, name, IndexKey.CreationTime);
            case "_lastUpdateTimeUnix":
                return definition.IndexesTimestamps
                    ? FilterTarget.OfTime(definition, name, IndexKey.UpdateTime)
                    : throw Invalid("timestamps are not indexed; set invertedIndexConfig.indexTimestamps when creating the class");
            default:
                break;
        }

        int index = definition.Properties.IndexOf(NameRules.PropertyName(name));
        if (index < 0)
        {
            throw Invalid($"no such prop with name '{name}' found in class '{definition.Name}'");
        }

        PropertyDefinition property = definition.Properties[index];
        return property.IsIndexed
            ? FilterTarget.OfProperty(definition, property, (ushort)(IndexKey.FirstProperty + index))
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
                return values.Count > 0 ? values : throw Invalid($"{member} is empty");
            }

            if (value is { } single)
            {
                return [single];
            }
        }

        throw Invalid($"'{target.Name}' is compared with {string.Join(" or ", target.ValueMembers)}, which is missing");
    }

    private RequestException Invalid(string problem) =>
        RequestException.Unprocessable($"invalid 'where' filter on class '{definition.Name}': {problem}");
}
