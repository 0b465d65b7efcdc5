using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Google.Protobuf.Collections;

namespace Basalt.Server.Grpc;

/// <summary>Turns objects of a batch into drafts with a body behind them, as a request over REST would carry them.</summary>
internal sealed class BatchObjectReader(ClassCatalog catalog, PooledBuffer body)
{
    /// <summary>Reads an object and appends its parts to the body.</summary>
    public ObjectDraft Read(BatchObject source)
    {
        var draft = new ObjectDraft { ClassName = source.Collection, Tenant = source.Tenant.Length > 0 ? source.Tenant : null, HasStoredVectors = true };
        draft.HasId = source.Uuid.Length > 0;
        if (!draft.HasId)
        {
            draft.Id = Guid.NewGuid();
        }
        else if (!ObjectIds.TryParse(source.Uuid, out draft.Id))
        {
            draft.Problem = $"id must be of type uuid: \"{source.Uuid}\"";
        }

        try
        {
            draft.Properties = Append(() => WriteProperties(source));
        }
        catch (ArgumentException exception)
        {
            // The writer refuses what JSON cannot say: NaN and infinity.
            draft.Problem ??= $"class '{source.Collection}', object {draft.Id}: {exception.Message}";
        }

        draft.Vector = Append(() => AppendVector(source));
        draft.Vectors = Append(() => AppendNamedVectors(source.Vectors, ref draft));
        return draft;
    }

    private Range Append(Action write)
    {
        int start = body.Length;
        write();
        return start..body.Length;
    }

    private void AppendVector(BatchObject source)
    {
        body.Append(source.VectorBytes.Span);
        if (source.VectorBytes.IsEmpty)
        {
            foreach (float value in source.Vector)
            {
                BinaryPrimitives.WriteSingleLittleEndian(body.GetSpan(sizeof(float)), value);
                body.Advance(sizeof(float));
            }
        }
    }

    private void AppendNamedVectors(RepeatedField<Vectors> vectors, ref ObjectDraft draft)
    {
        foreach (Vectors vector in vectors)
        {
            int nameLength = Encoding.UTF8.GetByteCount(vector.Name);
            if (vector.Type == Vectors.Types.VectorType.MultiFp32 || nameLength > byte.MaxValue)
            {
                draft.Problem ??= nameLength > byte.MaxValue
                    ? $"no vector with name '{vector.Name}' is configured"
                    : $"vector '{vector.Name}': several vectors for one object are not supported";
                continue;
            }

            body.Append((byte)nameLength);
            body.Append(Encoding.UTF8.GetBytes(vector.Name));
            BinaryPrimitives.WriteInt32LittleEndian(body.GetSpan(sizeof(int)), vector.VectorBytes.Length);
            body.Advance(sizeof(int));
            body.Append(vector.VectorBytes.Span);
        }
    }

    private void WriteProperties(BatchObject source)
    {
        using var json = new Utf8JsonWriter(body, JsonResponse.WriterOptions);
        BatchObject.Types.Properties properties = source.Properties ?? new BatchObject.Types.Properties();
        json.WriteStartObject();
        ValueWriter.WriteFields(json, properties.NonRefProperties);
        foreach (NumberArrayProperties numbers in properties.NumberArrayProperties)
        {
            ValueWriter.Write(json, numbers);
        }

        ValueWriter.WriteArrays(json, properties.IntArrayProperties, properties.TextArrayProperties, properties.BooleanArrayProperties);
        ValueWriter.WriteObjects(json, properties.ObjectProperties, properties.ObjectArrayProperties);
        ValueWriter.WriteEmptyLists(json, properties.EmptyListProps);
        WriteReferences(json, source.Collection, properties);
        json.WriteEndObject();
    }

    /// <summary>The only class that a property refers to; without one the beacon names none, as older clients write it.</summary>
    private string? TargetOf(string collection, string property) =>
        catalog.Find(collection)?.Definition.Properties.TryGet(NameRules.PropertyName(property), out PropertyDefinition? found) == true
        && found.References is [var target]
            ? target
            : null;

    private void WriteReferences(Utf8JsonWriter json, string collection, BatchObject.Types.Properties properties)
    {
        if (properties.SingleTargetRefProps.Count + properties.MultiTargetRefProps.Count == 0)
        {
            return;
        }

        // A property may come in parts: clients send one for each reference.
        (string Property, string? Target, RepeatedField<string> Ids)[] parts =
        [
            .. properties.SingleTargetRefProps.Select(part => (part.PropName, TargetOf(collection, part.PropName), part.Uuids)),
            .. properties.MultiTargetRefProps.Select(part => (part.PropName, (string?)part.TargetCollection, part.Uuids)),
        ];
        foreach (IGrouping<string, (string Property, string? Target, RepeatedField<string> Ids)> property in parts.GroupBy(part => part.Property, StringComparer.Ordinal))
        {
            json.WriteStartArray(property.Key);
            foreach ((_, string? target, RepeatedField<string> ids) in property)
            {
                WriteBeacons(json, target, ids);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteBeacons(Utf8JsonWriter json, string? target, RepeatedField<string> ids)
    {
        foreach (string id in ids)
        {
            json.WriteStartObject();
            json.WriteString(
                "beacon"u8,
                id.StartsWith("weaviate://", StringComparison.Ordinal) ? id
                : target is { Length: > 0 } ? $"weaviate://localhost/{target}/{id}"
                : $"weaviate://localhost/{id}");
            json.WriteEndObject();
        }
    }
}
