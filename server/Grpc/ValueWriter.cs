using System.Buffers.Binary;
using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using ProtobufValue = Google.Protobuf.WellKnownTypes.Value;

namespace Basalt.Server.Grpc;

/// <summary>Writes property values of messages as JSON. Whole numbers come out without a fraction, whatever the message calls them.</summary>
internal static class ValueWriter
{
    /// <summary>Writes the fields of a struct as members.</summary>
    public static void WriteFields(Utf8JsonWriter json, Struct? source)
    {
        foreach ((string name, ProtobufValue value) in source?.Fields ?? [])
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
    }

    /// <summary>Writes lists of numbers, which come one by one or as bytes.</summary>
    public static void Write(Utf8JsonWriter json, NumberArrayProperties numbers)
    {
        json.WriteStartArray(numbers.PropName);
        foreach (double value in numbers.Values)
        {
            json.WriteNumberValue(value);
        }

        if (numbers.ValuesBytes.Length % sizeof(double) != 0)
        {
            throw new ArgumentException($"property '{numbers.PropName}': {numbers.ValuesBytes.Length} bytes are no numbers of 64 bits");
        }

        for (ReadOnlySpan<byte> rest = numbers.ValuesBytes.Span; !rest.IsEmpty; rest = rest[sizeof(double)..])
        {
            json.WriteNumberValue(BinaryPrimitives.ReadDoubleLittleEndian(rest));
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the lists of other simple values as members.</summary>
    public static void WriteArrays(
        Utf8JsonWriter json,
        RepeatedField<IntArrayProperties> ints,
        RepeatedField<TextArrayProperties> texts,
        RepeatedField<BooleanArrayProperties> booleans)
    {
        foreach (IntArrayProperties list in ints)
        {
            WriteArray(json, list.PropName, list.Values, static (writer, value) => writer.WriteNumberValue(value));
        }

        foreach (TextArrayProperties list in texts)
        {
            WriteArray(json, list.PropName, list.Values, static (writer, value) => writer.WriteStringValue(value));
        }

        foreach (BooleanArrayProperties list in booleans)
        {
            WriteArray(json, list.PropName, list.Values, static (writer, value) => writer.WriteBooleanValue(value));
        }
    }

    /// <summary>Writes objects and lists of objects as members.</summary>
    public static void WriteObjects(Utf8JsonWriter json, RepeatedField<ObjectProperties> objects, RepeatedField<ObjectArrayProperties> lists)
    {
        foreach (ObjectProperties nested in objects)
        {
            json.WritePropertyName(nested.PropName);
            Write(json, nested.Value ?? new ObjectPropertiesValue());
        }

        foreach (ObjectArrayProperties list in lists)
        {
            WriteArray(json, list.PropName, list.Values, Write);
        }
    }

    /// <summary>Writes empty lists as members.</summary>
    public static void WriteEmptyLists(Utf8JsonWriter json, RepeatedField<string> names)
    {
        foreach (string name in names)
        {
            json.WriteStartArray(name);
            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, ObjectPropertiesValue source)
    {
        json.WriteStartObject();
        WriteFields(json, source.NonRefProperties);
        foreach (NumberArrayProperties numbers in source.NumberArrayProperties)
        {
            Write(json, numbers);
        }

        WriteArrays(json, source.IntArrayProperties, source.TextArrayProperties, source.BooleanArrayProperties);
        WriteObjects(json, source.ObjectProperties, source.ObjectArrayProperties);
        WriteEmptyLists(json, source.EmptyListProps);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProtobufValue value)
    {
        switch (value.KindCase)
        {
            case ProtobufValue.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case ProtobufValue.KindOneofCase.NumberValue:
                json.WriteNumberValue(value.NumberValue);
                break;
            case ProtobufValue.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case ProtobufValue.KindOneofCase.StructValue:
                json.WriteStartObject();
                WriteFields(json, value.StructValue);
                json.WriteEndObject();
                break;
            case ProtobufValue.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (ProtobufValue item in value.ListValue.Values)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, RepeatedField<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            write(json, value);
        }

        json.WriteEndArray();
    }
}
