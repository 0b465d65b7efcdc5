using System.Collections.Immutable;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Makes a <see cref="PropertyDefinition"/> of JSON.</summary>
/// <param name="className">The class it is for, named in messages.</param>
/// <param name="classExists">Whether a class is there to be referred to.</param>
internal sealed class PropertyDefinitionReader(string className, Func<string, bool> classExists)
{
    /// <summary>How deep objects may be nested; auto-schema keeps to it as well.</summary>
    public const int MaxNesting = 16;

    /// <summary>Reads a property.</summary>
    /// <exception cref="RequestException">A rule is broken.</exception>
    public PropertyDefinition Read(JsonFields fields) => Read(fields, 0);

    private PropertyDefinition Read(JsonFields fields, int depth)
    {
        string name = NameRules.PropertyName(fields.Text("name") ?? string.Empty);
        if (NameRules.PropertyNameProblem(name) is { } problem)
        {
            throw RequestException.Unprocessable($"class '{className}': {problem}");
        }

        (DataType type, ImmutableArray<string> references, Tokenization? stringTokenization) = ReadType(fields, name);
        if (depth > 0 && type.Kind is (DataKind.Reference or DataKind.GeoCoordinates or DataKind.PhoneNumber))
        {
            throw Invalid(name, $"data type '{type}' is not allowed inside an object");
        }

        bool? inverted = fields.Flag("indexInverted");
        return new PropertyDefinition
        {
            Name = name,
            Type = type,
            References = references,
            Description = fields.Text("description"),
            Tokenization = ReadTokenization(fields, name, type, stringTokenization),
            IndexFilterable = fields.Flag("indexFilterable") ?? inverted ?? true,
            IndexSearchable = ReadSearchable(fields.Flag("indexSearchable") ?? (type.IsText ? inverted : null), name, type),
            IndexRangeFilters = ReadRangeFilters(fields.Flag("indexRangeFilters"), name, type),
            NestedProperties = ReadNested(fields, name, type, depth),
            ModuleConfig = fields.Object("moduleConfig")?.Clone(),
        };
    }

    private (DataType Type, ImmutableArray<string> References, Tokenization? StringTokenization) ReadType(JsonFields fields, string name)
    {
        JsonElement array = fields.Array("dataType") ?? throw Invalid(name, "it has no dataType");
        var names = new List<string>();
        foreach (JsonElement element in array.EnumerateArray())
        {
            names.Add(element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : throw JsonFields.WrongType(fields.PathOf("dataType"), "string", element));
        }

        if (names is ["string" or "string[]"])
        {
            // The deprecated type: text that is compared in the case it came in.
            Tokenization tokenization = fields.Text("tokenization") == "field" ? Tokenization.Field : Tokenization.Whitespace;
            return (new DataType(DataKind.Text, names[0] == "string[]"), [], tokenization);
        }

        if (names.Count == 1 && DataType.TryParse(names[0], out DataType type))
        {
            return (type, [], null);
        }

        foreach (string reference in names)
        {
            if (reference.Length == 0 || !char.IsAsciiLetterUpper(reference[0]))
            {
                throw Invalid(name, $"invalid dataType: [{string.Join(' ', names)}]: unknown data type '{reference}'");
            }

            if (!classExists(reference))
            {
                throw Invalid(name, $"invalid dataType: reference to class '{reference}', which does not exist");
            }
        }

        return names.Count > 0
            ? (new DataType(DataKind.Reference), [.. names], null)
            : throw Invalid(name, "invalid dataType: it is empty");
    }

    private Tokenization? ReadTokenization(JsonFields fields, string name, DataType type, Tokenization? stringTokenization)
    {
        string? text = fields.Text("tokenization");
        if (!type.IsText)
        {
            return string.IsNullOrEmpty(text) ? null : throw Invalid(name, $"tokenization is not allowed for data type '{type}'");
        }

        return stringTokenization ?? text switch
        {
            null or "" or "word" => Tokenization.Word,
            "lowercase" => Tokenization.Lowercase,
            "whitespace" => Tokenization.Whitespace,
            "field" => Tokenization.Field,
            "trigram" => Tokenization.Trigram,
            _ => throw Invalid(name, $"tokenization '{text}' is not available; choose word, lowercase, whitespace, field or trigram"),
        };
    }

    private bool ReadSearchable(bool? given, string name, DataType type) =>
        given is true && !type.IsText
            ? throw Invalid(name, "indexSearchable is allowed only for text and text[]; for other data types set false or leave it out")
            : given ?? type.IsText;

    private bool ReadRangeFilters(bool? given, string name, DataType type) =>
        given is true && (!type.IsRangeable || type.IsArray)
            ? throw Invalid(name, "indexRangeFilters is allowed only for int, number and date")
            : given ?? false;

    private PropertySet ReadNested(JsonFields fields, string name, DataType type, int depth)
    {
        JsonElement? array = fields.Array("nestedProperties");
        if (!type.IsNested)
        {
            return array is { } given && given.GetArrayLength() > 0
                ? throw Invalid(name, $"nestedProperties are not allowed for data type '{type}'")
                : PropertySet.Empty;
        }

        if (array is not { } elements || elements.GetArrayLength() == 0)
        {
            throw Invalid(name, "at least one nested property is required for data type object/object[]");
        }

        if (depth == MaxNesting)
        {
            throw Invalid(name, $"objects are nested more than {MaxNesting} deep");
        }

        if (elements.GetArrayLength() > PropertySet.MaxCount)
        {
            throw Invalid(name, PropertySet.TooMany);
        }

        ImmutableArray<PropertyDefinition>.Builder nested = ImmutableArray.CreateBuilder<PropertyDefinition>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonElement element in elements.EnumerateArray())
        {
            PropertyDefinition property = Read(JsonFields.Of(element, $"{fields.PathOf("nestedProperties")}.{names.Count}"), depth + 1);
            nested.Add(names.Add(property.Name) ? property : throw Invalid(name, $"nested property '{property.Name}' is given more than once"));
        }

        return new PropertySet(nested.ToImmutable());
    }

    private RequestException Invalid(string property, string problem) =>
        RequestException.Unprocessable($"class '{className}': property '{property}': {problem}");
}
