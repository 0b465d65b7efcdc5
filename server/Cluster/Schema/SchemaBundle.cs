using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>
/// All entries of all classes that a restore brings, as one value: a transaction of the store takes few keys, and the classes have to come at once. They are
/// copied to keys of their own after that, and the bundle is deleted.
/// </summary>
internal static class SchemaBundle
{
    private const int Format = 1;

    // What a transaction takes, less the rest of it.
    private const int MaxBytes = ClusterTransaction.MaxBytes - (64 << 10);

    // A bundle that unpacks to more was made by hand.
    private const long MaxUnpackedBytes = 256L << 20;

    /// <summary>The stored form.</summary>
    /// <exception cref="ClusterException">There are more than a transaction takes.</exception>
    public static byte[] Encode(IReadOnlyCollection<SchemaEntry> entries)
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
            : throw new ClusterException(
                $"The definitions of all classes and tenants together take {packed.Length} bytes, and the cluster's store takes {MaxBytes} at once. Restore fewer classes at a time.");
    }

    /// <summary>Reads the stored form.</summary>
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
                : throw new ClusterException($"The cluster's bundle of restored classes has format {format}; this server reads format {Format}. Use the same version on all nodes.");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new ClusterException($"The cluster's bundle of restored classes cannot be read: {malformed.Message}", malformed);
        }
    }

    private static void CopyBounded(Stream source, Stream destination)
    {
        byte[] buffer = new byte[64 << 10];
        while (source.Read(buffer) is > 0 and int count)
        {
            destination.Write(buffer, 0, count);
            if (destination.Length > MaxUnpackedBytes)
            {
                throw new InvalidDataException($"it unpacks to more than {MaxUnpackedBytes} bytes");
            }
        }
    }
}
