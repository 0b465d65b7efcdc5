using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>A part of a <see cref="SchemaBundle"/>: some entries of classes, packed, as one value that a transaction takes.</summary>
internal static class SchemaPart
{
    private const int Format = 1;

    // Before it is packed, so that no part is too large however badly it packs; but for an entry that is alone in its part.
    private const int PlainBytes = 768 << 10;

    // What a transaction takes, less the rest of it.
    private const int MaxBytes = ClusterTransaction.MaxBytes - (16 << 10);

    // A part that unpacks to more was made by hand: an entry has no more bytes than a transaction, and a third more when it is written as text.
    private const int MaxPlainBytes = 2 * ClusterTransaction.MaxBytes;

    /// <summary>Packs entries into as many parts as they need.</summary>
    /// <exception cref="RequestException">An entry does not fit into a part by itself.</exception>
    public static IEnumerable<byte[]> Encode(IEnumerable<SchemaEntry> entries) => EntrySteps.Of(entries, int.MaxValue, PlainBytes, PlainBytesOf).Select(Pack);

    /// <summary>Reads the entries of a part.</summary>
    /// <exception cref="ClusterException">It cannot be read.</exception>
    public static ImmutableArray<SchemaEntry> Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(value.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            CopyBounded(brotli, plain);
            using var document = JsonDocument.Parse(plain.GetBuffer().AsMemory(0, (int)plain.Length));
            int format = document.RootElement.GetProperty("format").GetInt32();
            return format == Format
                ? [.. document.RootElement.GetProperty("entries").EnumerateArray().Select(entry => new SchemaEntry(
                    entry[0].GetString() ?? throw new JsonException("a class has no name"),
                    entry[1].GetString() ?? throw new JsonException("an entry has no key"),
                    entry[2].GetBytesFromBase64()))]
                : throw new ClusterException($"A part of the cluster's restored classes has format {format}; this server reads format {Format}. Use the same version on all nodes.");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new ClusterException($"A part of the cluster's restored classes cannot be read: {malformed.Message}", malformed);
        }
    }

    // Names and keys of a restore are printable ASCII; quotes, commas and brackets are the rest.
    private static long PlainBytesOf(SchemaEntry entry) => entry.ClassName.Length + entry.Key.Length + (((entry.Value!.Value.Length + 2) / 3) * 4L) + 12;

    private static byte[] Pack(SchemaEntry[] entries)
    {
        var plain = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(plain))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteStartArray("entries");
            foreach (SchemaEntry entry in entries)
            {
                json.WriteStartArray();
                json.WriteStringValue(entry.ClassName);
                json.WriteStringValue(entry.Key);
                json.WriteBase64StringValue(entry.Value!.Value.Span);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(plain.WrittenSpan);
        }

        return packed.Length <= MaxBytes
            ? packed.ToArray()
            : throw RequestException.Unprocessable(
                $"could not restore class {entries[0].ClassName}: its entry '{entries[0].Key}' takes {packed.Length} bytes when it is packed, and the cluster's store takes {MaxBytes} at once");
    }

    private static void CopyBounded(Stream source, Stream destination)
    {
        byte[] buffer = new byte[64 << 10];
        while (source.Read(buffer) is > 0 and int count)
        {
            destination.Write(buffer, 0, count);
            if (destination.Length > MaxPlainBytes)
            {
                throw new InvalidDataException($"it unpacks to more than {MaxPlainBytes} bytes");
            }
        }
    }
}
