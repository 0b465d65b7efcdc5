using System.Buffers.Text;
using System.Text.Json;
using Basalt.Server.Index;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>Values that JSON writes as text.</summary>
internal sealed partial class PropertiesEncoder
{
    private bool EncodeText(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (!TryText(property, ref reader, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (indexed != 0)
        {
            // One more than allowed is enough to refuse the object.
            _tokenizer.Tokenize(property.Tokenization ?? Tokenization.Word, text, maxTerms: MaxEntries + 1);
            for (int i = 0; i < _tokenizer.Count; i++)
            {
                _entries!.AddTerm(indexed, _tokenizer[i], _id);
            }
        }

        return true;
    }

    private bool EncodeDate(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (!TryText(property, ref reader, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (!Rfc3339.TryParse(text, out long ticks))
        {
            return Reject(property, "requires a date in RFC 3339, for example 2026-11-22T10:15:00Z");
        }

        if (indexed != 0)
        {
            _entries!.AddInteger(indexed, ticks, _id);
        }

        return true;
    }

    private bool EncodeUuid(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (!TryText(property, ref reader, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (!ObjectIds.TryParse(text, out Guid value))
        {
            return Reject(property, "requires a UUID");
        }

        if (indexed != 0)
        {
            Span<byte> encoded = stackalloc byte[IndexKey.IdLength];
            IndexKey.WriteId(value, encoded);
            _entries!.Add(indexed, encoded, _id);
        }

        return true;
    }

    private bool CheckBlob(PropertyDefinition property, ref Utf8JsonReader reader) =>
        TryText(property, ref reader, out ReadOnlySpan<byte> text)
        && (Base64.IsValid(text) || Reject(property, "requires base64"));

    /// <summary>The text of a string token, unescaped. Valid until the next call.</summary>
    private bool TryText(PropertyDefinition property, ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reader.TokenType != JsonTokenType.String)
        {
            return Reject(property, $"not a string, but {Describe(reader.TokenType)}");
        }

        text = Unescape(ref reader);
        return true;
    }

    private ReadOnlySpan<byte> Unescape(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> text = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return text;
        }

        if (_text.Length < text.Length)
        {
            _text = new byte[Math.Max(text.Length, 2 * _text.Length)];
        }

        return _text.AsSpan(0, reader.CopyString(_text));
    }
}
