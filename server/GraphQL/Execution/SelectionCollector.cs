using System.Globalization;
using System.Text.Json;
using Basalt.Server.GraphQL.Syntax;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>
/// Resolves fragments, directives and variables: makes of selections the fields to answer, in order, equal ones merged. Counts what it
/// does, because a few fragments that use each other can stand for billions of fields.
/// </summary>
internal sealed class SelectionCollector(QueryDocument document, VariableValues variables)
{
    private const int MaxFields = 10_000;

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private int _visited;

    /// <summary>The fields selected on an object.</summary>
    /// <param name="selections">What the query says.</param>
    /// <param name="type">The object's type, for fragments; null takes those of every type.</param>
    /// <exception cref="GraphQLException">A fragment is unknown or uses itself, fields contradict each other, or there are too many.</exception>
    public IReadOnlyList<SelectedField> Collect(IReadOnlyList<QuerySelection> selections, string? type)
    {
        var fields = new List<SelectedField>();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        Add(selections, type, fields, positions);
        return fields;
    }

    /// <summary>The types that inline fragments and named ones apply to.</summary>
    public IEnumerable<string> FragmentTypes(IReadOnlyList<QuerySelection> selections) =>
        selections.Select(selection => selection switch
        {
            QuerySelection.Inline inline => inline.Type,
            QuerySelection.Spread spread => Fragment(spread).Type,
            _ => null,
        }).OfType<string>().Distinct();

    private void Add(IReadOnlyList<QuerySelection> selections, string? type, List<SelectedField> fields, Dictionary<string, int> positions)
    {
        foreach (QuerySelection selection in selections)
        {
            if (++_visited > MaxFields)
            {
                throw new GraphQLException(
                    string.Create(CultureInfo.InvariantCulture, $"The query selects more than {MaxFields} fields."), selection.Location);
            }

            if (!IsIncluded(selection))
            {
                continue;
            }

            switch (selection)
            {
                case QuerySelection.Field field:
                    Add(field, fields, positions);
                    break;
                case QuerySelection.Inline inline when Applies(inline.Type, type):
                    Add(inline.Selections, type, fields, positions);
                    break;
                case QuerySelection.Spread spread:
                    AddFragment(spread, type, fields, positions);
                    break;
                default:
                    break;
            }
        }
    }

    private void AddFragment(QuerySelection.Spread spread, string? type, List<SelectedField> fields, Dictionary<string, int> positions)
    {
        QueryFragment fragment = Fragment(spread);
        if (!Applies(fragment.Type, type))
        {
            return;
        }

        if (!_open.Add(fragment.Name))
        {
            throw new GraphQLException($"Cannot spread fragment \"{fragment.Name}\" within itself.", spread.Location);
        }

        Add(fragment.Selections, type, fields, positions);
        _open.Remove(fragment.Name);
    }

    private void Add(QuerySelection.Field field, List<SelectedField> fields, Dictionary<string, int> positions)
    {
        JsonElement arguments = variables.ToJson(field.Arguments);
        if (!positions.TryGetValue(field.Key, out int position))
        {
            positions.Add(field.Key, fields.Count);
            fields.Add(new SelectedField(field.Key, field.Name, arguments, field.Selections, field.Location));
            return;
        }

        SelectedField earlier = fields[position];
        if (earlier.Name != field.Name || !JsonElement.DeepEquals(earlier.Arguments, arguments))
        {
            throw new GraphQLException(
                $"Fields \"{field.Key}\" conflict because they are different fields or have differing arguments. Use different aliases on the fields.",
                field.Location);
        }

        fields[position] = earlier with { Selections = [.. earlier.Selections, .. field.Selections] };
    }

    private QueryFragment Fragment(QuerySelection.Spread spread) =>
        document.Fragments.TryGetValue(spread.Fragment, out QueryFragment? fragment)
            ? fragment
            : throw new GraphQLException($"Unknown fragment \"{spread.Fragment}\".", spread.Location);

    private static bool Applies(string? condition, string? type) => condition is null || type is null || condition == type;

    private bool IsIncluded(QuerySelection selection)
    {
        foreach (QueryDirective directive in selection.Directives)
        {
            JsonElement arguments = variables.ToJson(directive.Arguments);
            bool condition = arguments.TryGetProperty("if", out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? value.ValueKind == JsonValueKind.True
                : throw new GraphQLException($"Directive \"{directive.Name}\" argument \"if\" of type \"Boolean!\" is required but not provided.", directive.Location);
            bool included = directive.Name switch
            {
                "include" => condition,
                "skip" => !condition,
                _ => throw new GraphQLException($"Unknown directive \"{directive.Name}\".", directive.Location),
            };
            if (!included)
            {
                return false;
            }
        }

        return true;
    }
}
