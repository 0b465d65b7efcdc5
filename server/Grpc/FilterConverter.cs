using System.Buffers;
using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;

namespace Basalt.Server.Grpc;

/// <summary>Writes the filter of a message as the <c>where</c> that REST and GraphQL know, so that one reader serves all three.</summary>
internal sealed class FilterConverter(ClassCatalog catalog)
{
    /// <summary>Converts a filter.</summary>
    /// <exception cref="GrpcException">It names nothing, or is of a kind that cannot be expressed.</exception>
    public JsonElement ToWhere(ClassDefinition definition, Filters filters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, definition, filters);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter json, ClassDefinition definition, Filters filters)
    {
        json.WriteStartObject();
        json.WriteString("operator", NameOf(filters.Operator));
        if (filters.Operator is Filters.Types.Operator.And or Filters.Types.Operator.Or or Filters.Types.Operator.Not)
        {
            json.WriteStartArray("operands");
            foreach (Filters operand in filters.Filters_)
            {
                Write(json, definition, operand);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteStartArray("path");
            WritePath(json, definition, filters);
            json.WriteEndArray();
            WriteValue(json, filters);
        }

        json.WriteEndObject();
    }

    private static string NameOf(Filters.Types.Operator comparison) =>
        comparison != Filters.Types.Operator.Unspecified && Enum.IsDefined(comparison)
            ? comparison.ToString()
            : throw GrpcException.InvalidArgument("a filter has no operator, or one that is not supported");

    private void WritePath(Utf8JsonWriter json, ClassDefinition definition, Filters filters)
    {
        if (filters.Target is { } target)
        {
            WritePath(json, definition, target);
            return;
        }

        foreach (string part in filters.On)
        {
            json.WriteStringValue(part);
        }
    }

    private void WritePath(Utf8JsonWriter json, ClassDefinition? definition, FilterTarget target)
    {
        switch (target.TargetCase)
        {
            case FilterTarget.TargetOneofCase.Property:
                json.WriteStringValue(target.Property);
                break;
            case FilterTarget.TargetOneofCase.Count:
                json.WriteStringValue(target.Count.On);
                break;
            case FilterTarget.TargetOneofCase.SingleTarget when target.SingleTarget.Target is { } inner:
                WriteReference(json, target.SingleTarget.On, OnlyTarget(definition, target.SingleTarget.On), inner);
                break;
            case FilterTarget.TargetOneofCase.MultiTarget when target.MultiTarget.Target is { } inner:
                WriteReference(json, target.MultiTarget.On, target.MultiTarget.TargetCollection, inner);
                break;
            default:
                throw GrpcException.InvalidArgument("a filter does not say what it compares");
        }
    }

    private void WriteReference(Utf8JsonWriter json, string property, string collection, FilterTarget inner)
    {
        json.WriteStringValue(property);
        json.WriteStringValue(collection);
        WritePath(json, catalog.Find(collection)?.Definition, inner);
    }

    private static string OnlyTarget(ClassDefinition? definition, string property) =>
        definition?.Properties.TryGet(NameRules.PropertyName(property), out PropertyDefinition? found) == true && found.References is [var target]
            ? target
            : throw GrpcException.InvalidArgument($"'{property}' is no reference of class '{definition?.Name}' to one other class");

    private static void WriteValue(Utf8JsonWriter json, Filters filters)
    {
        switch (filters.TestValueCase)
        {
            case Filters.TestValueOneofCase.ValueText:
                json.WriteString("valueText", filters.ValueText);
                break;
            case Filters.TestValueOneofCase.ValueInt:
                json.WriteNumber("valueInt", filters.ValueInt);
                break;
            case Filters.TestValueOneofCase.ValueBoolean:
                json.WriteBoolean("valueBoolean", filters.ValueBoolean);
                break;
            case Filters.TestValueOneofCase.ValueNumber:
                json.WriteNumber("valueNumber", Finite(filters.ValueNumber));
                break;
            case Filters.TestValueOneofCase.ValueTextArray:
                WriteArray(json, "valueText", filters.ValueTextArray.Values, static (writer, value) => writer.WriteStringValue(value));
                break;
            case Filters.TestValueOneofCase.ValueIntArray:
                WriteArray(json, "valueInt", filters.ValueIntArray.Values, static (writer, value) => writer.WriteNumberValue(value));
                break;
            case Filters.TestValueOneofCase.ValueBooleanArray:
                WriteArray(json, "valueBoolean", filters.ValueBooleanArray.Values, static (writer, value) => writer.WriteBooleanValue(value));
                break;
            case Filters.TestValueOneofCase.ValueNumberArray:
                WriteArray(json, "valueNumber", filters.ValueNumberArray.Values, static (writer, value) => writer.WriteNumberValue(Finite(value)));
                break;
            case Filters.TestValueOneofCase.ValueGeo:
                json.WriteStartObject("valueGeoRange");
                json.WriteStartObject("geoCoordinates");
                json.WriteNumber("latitude", Finite(filters.ValueGeo.Latitude));
                json.WriteNumber("longitude", Finite(filters.ValueGeo.Longitude));
                json.WriteEndObject();
                json.WriteStartObject("distance");
                json.WriteNumber("max", Finite(filters.ValueGeo.Distance));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                // Whoever reads the filter says what value it needs.
                break;
        }
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            write(json, value);
        }

        json.WriteEndArray();
    }

    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw GrpcException.InvalidArgument("a filter compares with a number that is not finite");
}
