using System.Text;
using System.Text.Json;
using Basalt.Server.Index;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>
/// Takes the properties of an object in one pass: checks every value against the class, writes the JSON to store and collects the
/// entries of the inverted index. Works on UTF-8 bytes without building a tree. Reuses its memory; not thread-safe.
/// </summary>
internal sealed partial class PropertiesEncoder
{
    /// <summary>The most index entries of one object: they all enter the memtable together.</summary>
    public const int MaxEntries = 1 << 20;

    private readonly Tokenizer _tokenizer = new();
    private readonly char[] _name = new char[256];
    private byte[] _text = new byte[256];
    private bool[] _seen = new bool[16];
    private string? _problem;

    // The object in work.
    private ClassDefinition? _class;
    private IndexEntryBuffer? _entries;
    private Guid _id;
    private int _entryLimit;
    private bool _isUnknown;

    /// <summary>Encodes the properties of one object.</summary>
    /// <param name="definition">Its class.</param>
    /// <param name="id">Its id.</param>
    /// <param name="json">Its properties: a valid JSON object in valid UTF-8 without halves of surrogate pairs, or <c>null</c>.</param>
    /// <param name="output">Takes the JSON to store: known names, no nulls.</param>
    /// <param name="entries">Takes the index entries, in no order; nothing is taken back when encoding fails.</param>
    /// <param name="problem">What is wrong, unless everything was encoded.</param>
    public EncodeResult Encode(
        ClassDefinition definition, Guid id, ReadOnlySpan<byte> json, PooledBuffer? output, IndexEntryBuffer? entries, out string? problem)
    {
        _class = definition;
        _entries = entries;
        _id = id;
        _problem = null;
        _isUnknown = false;
        _entryLimit = (entries?.Count ?? 0) + MaxEntries;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        output?.Append((byte)'{');
        bool encoded = reader.TokenType == JsonTokenType.Null
            || (reader.TokenType == JsonTokenType.StartObject
                ? EncodeMembers(ref reader, json, output)
                : Fail($"invalid object: the properties of class '{definition.Name}' must be an object, not {Describe(reader.TokenType)}"));
        output?.Append((byte)'}');
        problem = _problem;
        return encoded ? EncodeResult.Encoded : _isUnknown ? EncodeResult.UnknownProperty : EncodeResult.Invalid;
    }

    private bool EncodeMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PooledBuffer? output)
    {
        PropertySet properties = _class!.Properties;
        if (_seen.Length < properties.Count)
        {
            _seen = new bool[properties.Count];
        }

        _seen.AsSpan(0, properties.Count).Clear();
        int expected = 0;
        bool first = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = FindProperty(properties, ref reader, expected);
            if (index < 0)
            {
                string name = NameForMessage(ref reader);
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                _isUnknown = true;
                return Fail(
                    $"invalid object: no such prop with name '{name}' found in class '{_class.Name}' in the schema. Check your schema files for which properties in this class are available");
            }

            if (_seen[index])
            {
                return Reject(properties[index], "given more than once");
            }

            _seen[index] = true;
            expected = index + 1;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            long start = reader.TokenStartIndex;
            PropertyDefinition property = properties[index];
            ushort indexed = property.IsIndexed && _entries is not null ? (ushort)(IndexKey.FirstProperty + index) : (ushort)0;
            if (!EncodeProperty(property, ref reader, indexed))
            {
                return false;
            }

            if (output is not null)
            {
                AppendMember(output, properties.Utf8Name(index), json[(int)start..(int)reader.BytesConsumed], first);
                first = false;
            }
        }

        return true;
    }

    private static void AppendMember(PooledBuffer output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool first)
    {
        if (!first)
        {
            output.Append((byte)',');
        }

        output.Append((byte)'"');
        output.Append(name);
        output.Append("\":"u8);
        output.Append(value);
    }

    private bool EncodeProperty(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (property.Type.Kind == DataKind.Reference)
        {
            return CheckReferences(property, ref reader);
        }

        if (!property.Type.IsArray)
        {
            return EncodeValue(property, ref reader, indexed);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Reject(property, $"not an array, but {Describe(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!EncodeValue(property, ref reader, indexed))
            {
                return false;
            }
        }

        return true;
    }

    private bool EncodeValue(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed) =>
        EncodeKind(property, ref reader, indexed)
        && (_entries is null || _entries.Count <= _entryLimit || Reject(property, $"an object has at most {MaxEntries} terms and other indexed values"));

    private bool EncodeKind(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed) => property.Type.Kind switch
    {
        DataKind.Text => EncodeText(property, ref reader, indexed),
        DataKind.Int => EncodeInteger(property, ref reader, indexed),
        DataKind.Number => EncodeNumber(property, ref reader, indexed),
        DataKind.Boolean => EncodeBoolean(property, ref reader, indexed),
        DataKind.Date => EncodeDate(property, ref reader, indexed),
        DataKind.Uuid => EncodeUuid(property, ref reader, indexed),
        DataKind.Blob => CheckBlob(property, ref reader),
        DataKind.GeoCoordinates => EncodeGeoCoordinates(property, ref reader, indexed),
        DataKind.PhoneNumber => CheckPhoneNumber(property, ref reader),
        _ => CheckNested(property, ref reader),
    };

    private bool EncodeInteger(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value))
        {
            return Reject(property, $"requires a whole number of 64 bits, but the given value is {Describe(reader.TokenType)}");
        }

        if (indexed != 0)
        {
            _entries!.AddInteger(indexed, value, _id);
        }

        return true;
    }

    private bool EncodeNumber(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double value) || !double.IsFinite(value))
        {
            return Reject(property, $"requires a finite number, but the given value is {Describe(reader.TokenType)}");
        }

        if (indexed != 0)
        {
            Span<byte> encoded = stackalloc byte[sizeof(double)];
            IndexKey.WriteNumber(value, encoded);
            _entries!.Add(indexed, encoded, _id);
        }

        return true;
    }

    private bool EncodeBoolean(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return Reject(property, $"requires true or false, but the given value is {Describe(reader.TokenType)}");
        }

        if (indexed != 0)
        {
            _entries!.Add(indexed, [reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0], _id);
        }

        return true;
    }

    /// <summary>The position of the property named by the current token, or -1. Objects mostly name them in the order of the class.</summary>
    private int FindProperty(PropertySet properties, ref Utf8JsonReader reader, int expected)
    {
        if (expected < properties.Count && reader.ValueTextEquals(properties.Utf8Name(expected)))
        {
            return expected;
        }

        ReadOnlySpan<byte> name = Unescape(ref reader);
        if (name.Length > _name.Length)
        {
            return -1;
        }

        int length = Encoding.UTF8.GetChars(name, _name);
        if (length > 0 && char.IsAsciiLetterUpper(_name[0]))
        {
            _name[0] = char.ToLowerInvariant(_name[0]);
        }

        return properties.IndexOf(_name.AsSpan(0, length));
    }

    private string NameForMessage(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(Unescape(ref reader));

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private bool Reject(PropertyDefinition property, string problem) =>
        Fail($"invalid {property.TypeNames.First()} property '{property.Name}' on class '{_class!.Name}': {problem}");

    private bool Fail(string problem)
    {
        _problem ??= problem;
        return false;
    }
}
