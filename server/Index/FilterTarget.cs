using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>What a filter compares: a property, the id or a time. Turns comparisons into ranges of the inverted index.</summary>
internal sealed class FilterTarget
{
    /// <summary>The most terms that a value is split into; of a longer one the first and one more.</summary>
    public const int MaxTerms = 100_000;

    private readonly ClassDefinition _class;
    private readonly PropertyDefinition? _property;
    private readonly ushort _number;
    private readonly Func<JsonElement, byte[]?> _encode;

    private FilterTarget(
        ClassDefinition definition, string name, ushort number, PropertyDefinition? property, string[] members, Func<JsonElement, byte[]?> encode)
    {
        _class = definition;
        _property = property;
        _number = number;
        _encode = encode;
        Name = name;
        ValueMembers = members;
    }

    /// <summary>The name in the filter.</summary>
    public string Name { get; }

    /// <summary>The members of a filter that may carry the value.</summary>
    public IReadOnlyList<string> ValueMembers { get; }

    private bool IsId => _number == 0;

    private bool IsText => _property is { Type.IsText: true };

    /// <summary>The object's id.</summary>
    public static FilterTarget OfId(ClassDefinition definition) =>
        new(definition, "id", 0, null, ["valueText", "valueString"], static value => value.ValueKind == JsonValueKind.String ? [] : null);

    /// <summary>A time of the object, in ms since 1970 as text or number, or as a date.</summary>
    public static FilterTarget OfTime(ClassDefinition definition, string name, ushort number) =>
        new(definition, name, number, null, ["valueText", "valueString", "valueInt", "valueDate"], EncodeTime);

    /// <summary>An indexed property.</summary>
    public static FilterTarget OfProperty(ClassDefinition definition, PropertyDefinition property, ushort number)
    {
        return property.Type.Kind switch
        {
            DataKind.Int => Create(EncodeInteger, "valueInt"),
            DataKind.Number => Create(EncodeNumber, "valueNumber", "valueInt"),
            DataKind.Boolean => Create(EncodeBoolean, "valueBoolean"),
            DataKind.Date => Create(EncodeDate, "valueDate", "valueText", "valueString"),
            DataKind.Uuid => Create(EncodeUuid, "valueText", "valueString"),
            DataKind.GeoCoordinates => Create(static _ => null, "valueGeoRange"),
            _ => Create(static _ => null, "valueText", "valueString"),
        };

        FilterTarget Create(Func<JsonElement, byte[]?> encode, params string[] members) =>
            new(definition, property.Name, number, property, members, encode);
    }

    /// <summary>Objects that have any value.</summary>
    public FilterNode AnyValue() => IsId ? throw Invalid("operator IsNull is not supported") : Prefix(Key([]));

    /// <summary>Objects with that value; for text, with all its terms.</summary>
    public FilterNode EqualTo(JsonElement value)
    {
        if (IsId)
        {
            return new FilterNode.Id(
                value.ValueKind == JsonValueKind.String && ObjectIds.TryParse(value.GetString()!, out Guid id) ? id : throw WrongValue());
        }

        if (!IsText)
        {
            return Prefix(Key(Encode(value)));
        }

        Tokenizer terms = Tokenize(value, keepWildcards: false);
        var parts = new List<FilterNode>(terms.Count);
        for (int i = 0; i < terms.Count; i++)
        {
            parts.Add(Prefix(Key(EncodeTerm(terms[i]))));
        }

        return parts.Count > 0 ? new FilterNode.AllOf(parts) : throw Invalid("the value holds nothing that could be a term");
    }

    /// <summary>Objects whose terms match all patterns of a text.</summary>
    public FilterNode Like(JsonElement value)
    {
        if (!IsText)
        {
            throw Invalid("operator Like is for text only");
        }

        Tokenizer patterns = Tokenize(value, keepWildcards: true);
        var parts = new List<FilterNode>(patterns.Count);
        byte[] beginning = new byte[IndexKey.MaxEncodedTermLength];
        for (int i = 0; i < patterns.Count; i++)
        {
            var pattern = new LikePattern(patterns[i]);
            int length = IndexKey.WriteTermPrefix(pattern.FixedBeginning, beginning);
            parts.Add(new FilterNode.Like(Prefix(Key(beginning.AsSpan(0, length))), pattern, _property!));
        }

        return parts.Count > 0 ? new FilterNode.AllOf(parts) : throw Invalid("the value holds nothing that could be a term");
    }

    /// <summary>Objects with a place in a circle.</summary>
    public FilterNode Near(JsonElement value)
    {
        if (_property is not { Type.Kind: DataKind.GeoCoordinates })
        {
            throw Invalid("operator WithinGeoRange is for geoCoordinates only");
        }

        var fields = JsonFields.Of(value, "valueGeoRange");
        JsonElement? place = fields.Object("geoCoordinates");
        double latitude = Number(place, "latitude");
        double longitude = Number(place, "longitude");
        double distance = Number(fields.Object("distance"), "max");
        if (!(Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 && distance >= 0))
        {
            throw Invalid("valueGeoRange takes geoCoordinates with latitude (-90 to 90) and longitude (-180 to 180), and distance with max in metres");
        }

        var center = new GeoPoint(latitude, longitude);
        (double south, double north) = center.LatitudesWithin(distance);
        return new FilterNode.Near(new FilterNode.Range(Key(EncodeNumber(south)), Key(EncodeNumber(north))), center, distance);

        static double Number(JsonElement? owner, string name) =>
            owner is { } present && present.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number
                ? number.GetDouble()
                : double.NaN;
    }

    /// <summary>Objects with a value on one side of the given one.</summary>
    public FilterNode Compare(FilterOperator comparison, JsonElement value)
    {
        if (IsId)
        {
            throw Invalid($"operator {comparison} is not supported");
        }

        FilterNode.Range all = Prefix(Key([]));
        FilterNode.Range equal = Prefix(Key(Encode(value)));
        return comparison switch
        {
            FilterOperator.GreaterThan => equal.Upper is { } above ? new FilterNode.Range(above, all.Upper) : throw WrongValue(),
            FilterOperator.GreaterThanEqual => new FilterNode.Range(equal.Lower, all.Upper),
            FilterOperator.LessThan => new FilterNode.Range(all.Lower, equal.Lower),
            FilterOperator.LessThanEqual => new FilterNode.Range(all.Lower, equal.Upper),
            _ => throw Invalid($"operator {comparison} is not supported"),
        };
    }

    private static FilterNode.Range Prefix(byte[] prefix)
    {
        ScanRange range = ScanRange.Prefix(prefix);
        return new FilterNode.Range(prefix, range.UpperBound);
    }

    private byte[] Key(ReadOnlySpan<byte> value)
    {
        byte[] key = new byte[IndexKey.PropertyLength + value.Length];
        BinaryPrimitives.WriteUInt16BigEndian(key, _number);
        value.CopyTo(key.AsSpan(IndexKey.PropertyLength));
        return key;
    }

    private byte[] Encode(JsonElement value)
    {
        if (!IsText)
        {
            return _encode(value) ?? throw WrongValue();
        }

        Tokenizer terms = Tokenize(value, keepWildcards: false);
        return terms.Count == 1 ? EncodeTerm(terms[0]) : throw Invalid("text is compared term by term, so the value must be a single term");
    }

    private Tokenizer Tokenize(JsonElement value, bool keepWildcards)
    {
        var tokenizer = new Tokenizer();
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongValue();
        tokenizer.Tokenize(_property!.Tokenization ?? Tokenization.Word, Encoding.UTF8.GetBytes(text), keepWildcards, MaxTerms + 1);
        return tokenizer;
    }

    private static byte[] EncodeTerm(ReadOnlySpan<byte> term)
    {
        byte[] encoded = new byte[IndexKey.MaxEncodedTermLength];
        return encoded[..IndexKey.WriteTerm(term, encoded)];
    }

    private static byte[]? EncodeInteger(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? EncodeInteger(number) : null;

    private static byte[] EncodeInteger(long number)
    {
        byte[] encoded = new byte[sizeof(long)];
        IndexKey.WriteInteger(number, encoded);
        return encoded;
    }

    private static byte[]? EncodeNumber(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
        {
            return null;
        }

        return EncodeNumber(number);
    }

    private static byte[] EncodeNumber(double number)
    {
        byte[] encoded = new byte[sizeof(double)];
        IndexKey.WriteNumber(number, encoded);
        return encoded;
    }

    private static byte[]? EncodeBoolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => null,
    };

    private static byte[]? EncodeDate(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Rfc3339.TryParse(Encoding.UTF8.GetBytes(value.GetString()!), out long ticks)
            ? EncodeInteger(ticks)
            : null;

    private static byte[]? EncodeUuid(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || !ObjectIds.TryParse(value.GetString()!, out Guid id))
        {
            return null;
        }

        byte[] encoded = new byte[IndexKey.IdLength];
        IndexKey.WriteId(id, encoded);
        return encoded;
    }

    private static byte[]? EncodeTime(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return EncodeInteger(value);
        }

        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long milliseconds))
        {
            return EncodeInteger(milliseconds);
        }

        return Rfc3339.TryParse(Encoding.UTF8.GetBytes(text ?? string.Empty), out long ticks)
            ? EncodeInteger((ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond)
            : null;
    }

    private RequestException WrongValue() => Invalid($"the value is not of type {(_property is null ? "id or time" : _property.TypeNames.First())}");

    private RequestException Invalid(string problem) =>
        RequestException.Unprocessable($"invalid 'where' filter on class '{_class.Name}': '{Name}': {problem}");
}
