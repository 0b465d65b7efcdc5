using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Search;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>Writes objects as a query shapes them.</summary>
/// <param name="json">Takes the answer.</param>
/// <param name="references">Reads the objects that others refer to.</param>
internal sealed class ObjectShapeWriter(Utf8JsonWriter json, ReferencedObjects references)
{
    // An object is sent whole, and a query can show the same property under thousands of names.
    private const long MaxBytes = 128L << 20;

    private Guid _result;
    private long _start;

    /// <summary>Writes an object that a search found.</summary>
    /// <param name="shape">What is shown.</param>
    /// <param name="hit">The object, with its distance from the vector that was searched for, if one was.</param>
    /// <param name="certainty">The same as a certainty, if there is one.</param>
    /// <param name="record">Its record.</param>
    /// <exception cref="RequestException">It would be larger than an answer takes.</exception>
    public void Write(ObjectShape shape, SearchHit hit, float? certainty, in ObjectRecord record)
    {
        _result = hit.Id;
        _start = json.BytesCommitted + json.BytesPending;
        references.BeginResult();
        WriteObject(shape, hit, certainty, record);
    }

    private void WriteObject(ObjectShape shape, SearchHit hit, float? certainty, in ObjectRecord record)
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
                    WriteAdditional(inner, hit, certainty, record);
                    RequireRoom();
                }

                json.WriteEndObject();
            }
            else
            {
                WriteProperty(field, properties);
            }
        }

        json.WriteEndObject();
    }

    private void RequireRoom()
    {
        if (json.BytesCommitted + json.BytesPending - _start > MaxBytes)
        {
            throw RequestException.Unprocessable(string.Create(
                CultureInfo.InvariantCulture, $"object {_result} would take more than {MaxBytes >> 20} MiB of the answer; select less of it"));
        }
    }

    private void WriteProperty(ObjectShape.Field field, JsonElement owner)
    {
        switch (field)
        {
            case ObjectShape.Property property when Find(owner, property.Name) is { } value:
                value.WriteTo(json);
                break;
            case ObjectShape.Nested nested when Find(owner, nested.Name) is { } value:
                WriteNested(nested.Inside, value);
                break;
            case ObjectShape.Reference reference when Find(owner, reference.Name) is { } value:
                WriteReferences(reference, value);
                break;
            default:
                json.WriteNullValue();
                break;
        }

        RequireRoom();
    }

    private static JsonElement? Find(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void WriteNested(ObjectShape shape, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray();
            foreach (JsonElement item in value.EnumerateArray())
            {
                WriteNested(shape, item);
            }

            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        foreach (ObjectShape.Field field in shape.Fields)
        {
            json.WritePropertyName(field.Key);
            WriteProperty(field, value);
        }

        json.WriteEndObject();
    }

    // References to objects that are not there, or of classes that the query does not show, are left out.
    private void WriteReferences(ObjectShape.Reference field, JsonElement stored)
    {
        using var record = new PooledBuffer();
        json.WriteStartArray();
        foreach (Beacon beacon in Beacon.ReadAll(stored))
        {
            string? className = beacon.ClassName ?? (field.Targets.Count == 1 ? field.Targets.Keys.Single() : null);
            if (className is not null
                && field.Targets.TryGetValue(className, out ObjectShape.TargetShape? target)
                && references.TryRead(target.Target, beacon.Id, record))
            {
                WriteObject(target.Shape, new SearchHit(beacon.Id), null, ObjectRecord.Read(record.Written));
            }
        }

        json.WriteEndArray();
    }

    private void WriteAdditional(AdditionalField field, SearchHit hit, float? certainty, in ObjectRecord record)
    {
        switch (field.Kind)
        {
            case AdditionalKind.Id:
                json.WriteStringValue(hit.Id);
                break;
            case AdditionalKind.Vector:
                WriteVector(record.Vector);
                break;
            case AdditionalKind.Vectors:
                json.WriteStartObject();
                foreach ((string key, string name) in field.Vectors)
                {
                    json.WritePropertyName(key);
                    WriteVector(record.FindVector(name));
                    RequireRoom();
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
                WriteNumber(field.Kind == AdditionalKind.Distance ? hit.Distance : certainty);
                break;
        }
    }

    private void WriteNumber(float? value)
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

    private void WriteVector(ReadOnlySpan<byte> vector)
    {
        json.WriteStartArray();
        for (; !vector.IsEmpty; vector = vector[sizeof(float)..])
        {
            json.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(vector));
        }

        json.WriteEndArray();
    }
}
