using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Basalt.Server.Objects;
using Basalt.Server.Search;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>Writes objects as a query shapes them.</summary>
internal static class ObjectShapeWriter
{
    /// <summary>Writes an object.</summary>
    /// <param name="json">Takes the answer.</param>
    /// <param name="shape">What is shown.</param>
    /// <param name="id">The object.</param>
    /// <param name="record">Its record.</param>
    /// <param name="tenant">The tenant that the search is in, if it is in one.</param>
    /// <param name="distance">Its distance from the vector that was searched for, if one was.</param>
    /// <param name="certainty">The same as a certainty, if there is one.</param>
    public static void Write(
        Utf8JsonWriter json, ObjectShape shape, Guid id, in ObjectRecord record, string? tenant, float? distance = null, float? certainty = null)
    {
        JsonElement properties = JsonElement.Parse(record.Properties);
        json.WriteStartObject();
        foreach (ObjectShape.Field field in shape.Fields)
        {
            json.WritePropertyName(field.Key);
            if (field is ObjectShape.Additional additional)
            {
                json.WriteStartObject();
                foreach (AdditionalField inner in additional.Inside)
                {
                    json.WritePropertyName(inner.Key);
                    WriteAdditional(json, inner, id, record, distance, certainty);
                }

                json.WriteEndObject();
            }
            else
            {
                WriteProperty(json, field, properties, tenant);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter json, ObjectShape.Field field, JsonElement owner, string? tenant)
    {
        switch (field)
        {
            case ObjectShape.Property property when Find(owner, property.Name) is { } value:
                value.WriteTo(json);
                break;
            case ObjectShape.Nested nested when Find(owner, nested.Name) is { } value:
                WriteNested(json, nested.Inside, value, tenant);
                break;
            case ObjectShape.Reference reference when Find(owner, reference.Name) is { } value:
                WriteReferences(json, reference, value, tenant);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static JsonElement? Find(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static void WriteNested(Utf8JsonWriter json, ObjectShape shape, JsonElement value, string? tenant)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray();
            foreach (JsonElement item in value.EnumerateArray())
            {
                WriteNested(json, shape, item, tenant);
            }

            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        foreach (ObjectShape.Field field in shape.Fields)
        {
            json.WritePropertyName(field.Key);
            WriteProperty(json, field, value, tenant);
        }

        json.WriteEndObject();
    }

    // References to objects that are not there, or of classes that the query does not show, are left out.
    private static void WriteReferences(Utf8JsonWriter json, ObjectShape.Reference field, JsonElement references, string? tenant)
    {
        using var buffer = new PooledBuffer();
        json.WriteStartArray();
        foreach (Reference reference in Reference.ReadAll(references))
        {
            string? className = reference.ClassName ?? (field.Targets.Count == 1 ? field.Targets.Keys.Single() : null);
            buffer.Truncate(0);
            if (className is not null
                && field.Targets.TryGetValue(className, out ObjectShape.TargetShape? target)
                && target.Target.FindShard(target.Target.Definition.IsMultiTenant ? tenant : null)?.TryRead(reference.Id, buffer) == true)
            {
                Write(json, target.Shape, reference.Id, ObjectRecord.Read(buffer.Written), tenant);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteAdditional(
        Utf8JsonWriter json, AdditionalField field, Guid id, in ObjectRecord record, float? distance, float? certainty)
    {
        switch (field.Kind)
        {
            case AdditionalKind.Id:
                json.WriteStringValue(id);
                break;
            case AdditionalKind.Vector:
                WriteVector(json, record.Vector);
                break;
            case AdditionalKind.Vectors:
                json.WriteStartObject();
                foreach ((string key, string name) in field.Vectors)
                {
                    json.WritePropertyName(key);
                    WriteVector(json, VectorOf(record, name));
                }

                json.WriteEndObject();
                break;
            case AdditionalKind.CreationTimeUnix:
                json.WriteStringValue(record.Created.ToString(CultureInfo.InvariantCulture));
                break;
            case AdditionalKind.LastUpdateTimeUnix:
                json.WriteStringValue(record.Updated.ToString(CultureInfo.InvariantCulture));
                break;
            case AdditionalKind.IsConsistent:
                json.WriteBooleanValue(true);
                break;
            default:
                WriteNumber(json, field.Kind == AdditionalKind.Distance ? distance : certainty);
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, float? value)
    {
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteVector(Utf8JsonWriter json, ReadOnlySpan<byte> vector)
    {
        json.WriteStartArray();
        for (; !vector.IsEmpty; vector = vector[sizeof(float)..])
        {
            json.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(vector));
        }

        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> VectorOf(in ObjectRecord record, string name)
    {
        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (vector.Name == name)
            {
                return vector.Vector;
            }
        }

        return [];
    }
}
