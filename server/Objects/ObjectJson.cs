using System.Buffers.Binary;
using System.Text.Json;

namespace Basalt.Server.Objects;

/// <summary>Writes stored objects as clients see them.</summary>
internal static class ObjectJson
{
    /// <summary>Writes an object.</summary>
    /// <param name="writer">Takes the JSON.</param>
    /// <param name="className">The object's class.</param>
    /// <param name="id">Its id.</param>
    /// <param name="record">Its record.</param>
    /// <param name="includeVectors">Whether its vectors are shown.</param>
    /// <param name="tenant">Its tenant, if the class has tenants.</param>
    public static void Write(
        Utf8JsonWriter writer, string className, Guid id, in ObjectRecord record, bool includeVectors, string? tenant = null)
    {
        writer.WriteStartObject();
        WriteMembers(writer, className, id, record, includeVectors, tenant);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members of an object into one that is open.</summary>
    public static void WriteMembers(
        Utf8JsonWriter writer, string className, Guid id, in ObjectRecord record, bool includeVectors, string? tenant = null)
    {
        writer.WriteString("class"u8, className);
        writer.WriteNumber("creationTimeUnix"u8, record.Created);
        writer.WriteString("id"u8, id);
        writer.WriteNumber("lastUpdateTimeUnix"u8, record.Updated);
        writer.WritePropertyName("properties"u8);

        // Checked when it was stored.
        writer.WriteRawValue(record.Properties, skipInputValidation: true);
        if (tenant is not null)
        {
            writer.WriteString("tenant"u8, tenant);
        }

        if (includeVectors)
        {
            WriteVectors(writer, record);
        }
    }

    private static void WriteVectors(Utf8JsonWriter writer, in ObjectRecord record)
    {
        if (!record.Vector.IsEmpty)
        {
            writer.WriteStartArray("vector"u8);
            WriteValues(writer, record.Vector);
        }

        bool any = false;
        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (!any)
            {
                writer.WriteStartObject("vectors"u8);
                any = true;
            }

            writer.WriteStartArray(vector.Name);
            WriteValues(writer, vector.Vector);
        }

        if (any)
        {
            writer.WriteEndObject();
        }
    }

    private static void WriteValues(Utf8JsonWriter writer, ReadOnlySpan<byte> vector)
    {
        for (; !vector.IsEmpty; vector = vector[sizeof(float)..])
        {
            writer.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(vector));
        }

        writer.WriteEndArray();
    }
}
