using System.Buffers.Binary;
using Basalt.Server.Index;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>Encodes objects of requests into windows: validated, as records, with their index entries. Not thread-safe.</summary>
internal sealed class ObjectEncoder
{
    /// <summary>
    /// The most bytes of an object with its index entries. An object and what it replaces enter the database in one batch, which
    /// takes up to 256 MiB.
    /// </summary>
    public const int MaxObjectBytes = 64 << 20;

    private readonly PropertiesEncoder _properties = new();

    /// <summary>Encodes an object and adds it to a window; the window stays as it was when the object is refused.</summary>
    /// <param name="definition">The object's class.</param>
    /// <param name="draft">Where the object's parts stand in the body.</param>
    /// <param name="body">The body.</param>
    /// <param name="write">What to add; the encoder fills in where record and entries are.</param>
    /// <param name="now">The time of the write in ms since 1970.</param>
    /// <param name="window">Takes the object.</param>
    /// <param name="problem">Why it was refused.</param>
    public EncodeResult Encode(
        ClassDefinition definition, in ObjectDraft draft, ReadOnlySpan<byte> body, ObjectWrite write, long now, WriteWindow window, out string? problem) =>
        Encode(definition, draft, body, body[draft.Properties], default, write, now, window, out problem);

    /// <summary>As above, with vectors that the body leaves out taken from an earlier record.</summary>
    public EncodeResult Encode(
        ClassDefinition definition,
        in ObjectDraft draft,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> inherited,
        ObjectWrite write,
        long now,
        WriteWindow window,
        out string? problem)
    {
        PooledBuffer records = window.Records;
        int before = window.ByteCount;
        write.RecordOffset = records.Length;
        write.FirstEntry = window.Entries.Count;
        Span<byte> header = records.GetSpan(ObjectRecord.PropertiesOffset + sizeof(uint));
        header[0] = ObjectRecord.Version;
        BinaryPrimitives.WriteInt64LittleEndian(header[ObjectRecord.CreatedOffset..], now);
        BinaryPrimitives.WriteInt64LittleEndian(header[ObjectRecord.UpdatedOffset..], now);
        records.Advance(ObjectRecord.PropertiesOffset + sizeof(uint));
        EncodeResult result = EncodeProperties(definition, write, properties, window, out problem);
        if (result == EncodeResult.Encoded && !TryEncodeVectors(definition, draft, body, inherited, records, out problem))
        {
            result = EncodeResult.Invalid;
        }
        else if (result == EncodeResult.Encoded && window.ByteCount - before > MaxObjectBytes)
        {
            result = EncodeResult.Invalid;
            problem = $"class '{definition.Name}', object {draft.Id}: with its index entries it is larger than {MaxObjectBytes} bytes";
        }

        if (result != EncodeResult.Encoded)
        {
            records.Truncate(write.RecordOffset);
            window.Entries.Truncate(write.FirstEntry);
            return result;
        }

        if (definition.IndexesTimestamps)
        {
            window.Entries.AddInteger(IndexKey.UpdateTime, now, write.Id);
        }

        window.Entries.SortAndDeduplicate(write.FirstEntry);
        write.RecordLength = records.Length - write.RecordOffset;
        write.EntryCount = window.Entries.Count - write.FirstEntry;
        window.Add(write);
        return EncodeResult.Encoded;
    }

    private EncodeResult EncodeProperties(
        ClassDefinition definition, in ObjectWrite write, ReadOnlySpan<byte> properties, WriteWindow window, out string? problem)
    {
        int start = window.Records.Length;
        EncodeResult result = _properties.Encode(
            definition, write.Id, properties.IsEmpty ? "null"u8 : properties, window.Records, window.Entries, out problem);
        BinaryPrimitives.WriteUInt32LittleEndian(window.Records.Written[(start - sizeof(uint))..], (uint)(window.Records.Length - start));
        return result;
    }

    private static bool TryEncodeVectors(
        ClassDefinition definition, in ObjectDraft draft, ReadOnlySpan<byte> body, ReadOnlySpan<byte> inherited, PooledBuffer records, out string? problem)
    {
        if (draft.HasStoredVectors)
        {
            bool taken = StoredVectors.TryAppend(definition, body[draft.Vector], body[draft.Vectors], records, out problem);
            problem = taken ? null : $"class '{definition.Name}', object {draft.Id}: {problem}";
            return taken;
        }

        ObjectRecord earlier = inherited.IsEmpty ? default : ObjectRecord.Read(inherited);
        ReadOnlySpan<byte> vector = body[draft.Vector];
        ReadOnlySpan<byte> vectors = body[draft.Vectors];
        if (!definition.HasNamedVectors && vector.IsEmpty && UnnamedVector.OfJson(vectors) is { IsEmpty: false } unnamed)
        {
            vector = unnamed;
            vectors = [];
        }

        int start = records.Length;
        if (vector.IsEmpty)
        {
            VectorReader.Append(earlier.Vector, records);
        }
        else if (!VectorReader.TryAppend(vector, records, out problem))
        {
            problem = $"class '{definition.Name}', object {draft.Id}: {problem}";
            return false;
        }
        else if (definition.OnlyVectorName is { } only && records.Length - start > sizeof(uint))
        {
            UnnamedVector.Name(only, records, start);
            problem = null;
            return true;
        }
        else if (definition.HasNamedVectors && records.Length - start > sizeof(uint))
        {
            problem = $"class '{definition.Name}' is configured with named vectors, but object {draft.Id} has a regular vector";
            return false;
        }

        if (!VectorReader.TryAppendNamed(vectors, definition.DeclaresVector, earlier, records, out problem))
        {
            problem = $"class '{definition.Name}', object {draft.Id}: {problem}";
            return false;
        }

        return true;
    }
}
