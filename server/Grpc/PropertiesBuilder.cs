using System.Buffers.Binary;
using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>Makes typed values of stored properties.</summary>
internal static class PropertiesBuilder
{
    /// <summary>Makes the properties of an object.</summary>
    /// <param name="properties">What there may be.</param>
    /// <param name="json">The stored properties: a JSON object.</param>
    /// <param name="selection">What is wanted. References are left out.</param>
    public static Properties Build(PropertySet properties, ReadOnlySpan<byte> json, PropertySelection selection)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Build(properties, ref reader, selection);
    }

    private static Properties Build(PropertySet properties, ref Utf8JsonReader reader, PropertySelection selection)
    {
        var built = new Properties();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (properties.TryGet(name, out PropertyDefinition? property)
                && property.Type.Kind != DataKind.Reference
                && reader.TokenType != JsonTokenType.Null
                && selection.Includes(name, out PropertySelection inside))
            {
                built.Fields[name] = property.Type.IsArray
                    ? new Value { ListValue = BuildList(property, ref reader, inside) }
                    : BuildValue(property, ref reader, inside);
            }
            else
            {
                reader.Skip();
            }
        }

        return built;
    }

    private static Value BuildValue(PropertyDefinition property, ref Utf8JsonReader reader, PropertySelection inside) => property.Type.Kind switch
    {
        DataKind.Int => new Value { IntValue = reader.GetInt64() },
        DataKind.Number => new Value { NumberValue = reader.GetDouble() },
        DataKind.Boolean => new Value { BoolValue = reader.GetBoolean() },
        DataKind.Date => new Value { DateValue = reader.GetString() },
        DataKind.Uuid => new Value { UuidValue = reader.GetString() },
        DataKind.Blob => new Value { BlobValue = reader.GetString() },
        DataKind.GeoCoordinates => new Value { GeoValue = BuildGeoCoordinate(ref reader) },
        DataKind.PhoneNumber => new Value { PhoneValue = BuildPhoneNumber(ref reader) },
        DataKind.Object => new Value { ObjectValue = Build(property.NestedProperties, ref reader, inside) },
        _ => new Value { TextValue = reader.GetString() },
    };

    private static ListValue BuildList(PropertyDefinition property, ref Utf8JsonReader reader, PropertySelection inside)
    {
        var list = new ListValue();
        switch (property.Type.Kind)
        {
            case DataKind.Int:
                list.IntValues = new IntValues { Values = BuildNumbers(ref reader, isInteger: true) };
                break;
            case DataKind.Number:
                list.NumberValues = new NumberValues { Values = BuildNumbers(ref reader, isInteger: false) };
                break;
            case DataKind.Boolean:
                list.BoolValues = new BoolValues();
                while (MoveToItem(ref reader))
                {
                    list.BoolValues.Values.Add(reader.GetBoolean());
                }

                break;
            case DataKind.Object:
                list.ObjectValues = new ObjectValues();
                while (MoveToItem(ref reader))
                {
                    list.ObjectValues.Values.Add(Build(property.NestedProperties, ref reader, inside));
                }

                break;
            default:
                AddTexts(property.Type.Kind, list, ref reader);
                break;
        }

        return list;
    }

    private static void AddTexts(DataKind kind, ListValue list, ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        while (MoveToItem(ref reader))
        {
            texts.Add(reader.GetString()!);
        }

        switch (kind)
        {
            case DataKind.Date:
                list.DateValues = new DateValues { Values = { texts } };
                break;
            case DataKind.Uuid:
                list.UuidValues = new UuidValues { Values = { texts } };
                break;
            default:
                list.TextValues = new TextValues { Values = { texts } };
                break;
        }
    }

    private static ByteString BuildNumbers(ref Utf8JsonReader reader, bool isInteger)
    {
        var bytes = new List<byte>();
        Span<byte> value = stackalloc byte[sizeof(long)];
        while (MoveToItem(ref reader))
        {
            if (isInteger)
            {
                BinaryPrimitives.WriteInt64LittleEndian(value, reader.GetInt64());
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(value, reader.GetDouble());
            }

            bytes.AddRange(value);
        }

        return ByteString.CopyFrom([.. bytes]);
    }

    private static bool MoveToItem(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    private static GeoCoordinate BuildGeoCoordinate(ref Utf8JsonReader reader)
    {
        var geo = new GeoCoordinate();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isLatitude = reader.ValueTextEquals("latitude"u8);
            bool isLongitude = reader.ValueTextEquals("longitude"u8);
            reader.Read();
            if (isLatitude)
            {
                geo.Latitude = (float)reader.GetDouble();
            }
            else if (isLongitude)
            {
                geo.Longitude = (float)reader.GetDouble();
            }

            reader.Skip();
        }

        return geo;
    }

    private static PhoneNumber BuildPhoneNumber(ref Utf8JsonReader reader)
    {
        var phone = new PhoneNumber();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isInput = reader.ValueTextEquals("input"u8);
            bool isCountry = reader.ValueTextEquals("defaultCountry"u8);
            reader.Read();
            if (isInput)
            {
                phone.Input = reader.GetString();
            }
            else if (isCountry)
            {
                phone.DefaultCountry = reader.GetString();
            }

            reader.Skip();
        }

        return phone;
    }
}
