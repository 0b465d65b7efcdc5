using System.Text.Json;
using Basalt.Server.Index;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>Values that are objects themselves. They are checked and stored; of them only places enter the inverted index.</summary>
internal sealed partial class PropertiesEncoder
{
    private const double MaxLatitude = 90;
    private const double MaxLongitude = 180;

    // Objects nest only a few levels deep.
    private const int MaxSeenOnStack = 64;

    private bool CheckNested(PropertyDefinition property, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Reject(property, $"requires an object, but the given value is {Describe(reader.TokenType)}");
        }

        int count = property.NestedProperties.Count;
        Span<bool> seen = count <= MaxSeenOnStack ? stackalloc bool[MaxSeenOnStack] : new bool[count];
        int expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = FindProperty(property.NestedProperties, ref reader, expected);
            if (index < 0)
            {
                string name = NameForMessage(ref reader);
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                _isUnknown = true;
                return Reject(property, $"no such nested property '{name}'");
            }

            if (seen[index])
            {
                return Reject(property.NestedProperties[index], "given more than once");
            }

            seen[index] = true;
            expected = index + 1;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null && !EncodeProperty(property.NestedProperties[index], ref reader, 0))
            {
                return false;
            }
        }

        return true;
    }

    private bool EncodeGeoCoordinates(PropertyDefinition property, ref Utf8JsonReader reader, ushort indexed)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Reject(property, $"requires an object with latitude and longitude, but the given value is {Describe(reader.TokenType)}");
        }

        double latitude = double.NaN;
        double longitude = double.NaN;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isLatitude = reader.ValueTextEquals("latitude"u8);
            bool isLongitude = reader.ValueTextEquals("longitude"u8);
            reader.Read();
            double value = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number) ? number : double.NaN;
            latitude = isLatitude ? value : latitude;
            longitude = isLongitude ? value : longitude;
            reader.Skip();
        }

        if (!(Math.Abs(latitude) <= MaxLatitude && Math.Abs(longitude) <= MaxLongitude))
        {
            return Reject(property, "requires the numbers latitude (-90 to 90) and longitude (-180 to 180)");
        }

        if (indexed != 0)
        {
            Span<byte> encoded = stackalloc byte[GeoPoint.EncodedLength];
            new GeoPoint(latitude, longitude).Write(encoded);
            _entries!.Add(indexed, encoded, _id);
        }

        return true;
    }

    private bool CheckPhoneNumber(PropertyDefinition property, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Reject(property, $"requires an object with input, but the given value is {Describe(reader.TokenType)}");
        }

        bool hasInput = false;
        bool wrongType = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isInput = reader.ValueTextEquals("input"u8);
            bool isText = isInput || reader.ValueTextEquals("defaultCountry"u8);
            reader.Read();
            hasInput |= isInput && reader.TokenType == JsonTokenType.String;
            wrongType |= isText && reader.TokenType != JsonTokenType.String;
            reader.Skip();
        }

        return (hasInput && !wrongType) || Reject(property, "requires the text input, and defaultCountry as text if it is given");
    }

    private bool CheckReferences(PropertyDefinition property, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Reject(property, $"requires an array of references, but the given value is {Describe(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!CheckReference(ref reader))
            {
                return Reject(property, "requires references of the form {\"beacon\":\"weaviate://localhost/<Class>/<id>\"}");
            }
        }

        return true;
    }

    private bool CheckReference(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        bool valid = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isBeacon = reader.ValueTextEquals("beacon"u8);
            reader.Read();
            valid |= isBeacon && reader.TokenType == JsonTokenType.String && IsBeacon(Unescape(ref reader));
            reader.Skip();
        }

        return valid;
    }

    // weaviate://<host>/<Class>/<id>, or the older form without a class.
    private static bool IsBeacon(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> scheme = "weaviate://"u8;
        int last = text.LastIndexOf((byte)'/');
        return text.StartsWith(scheme) && last > scheme.Length && ObjectIds.TryParse(text[(last + 1)..], out _);
    }
}
