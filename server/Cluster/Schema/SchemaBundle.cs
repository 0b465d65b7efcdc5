using System.Buffers;
using System.IO.Hashing;
using System.Text.Json;

namespace Basalt.Server.Cluster.Schema;

/// <summary>
/// Makes all classes visible at once that a restore has brought. A transaction takes few keys and bytes, so it has this one small value; it tells where the parts are
/// that hold their entries. The entries are copied to keys of their own after that, and the bundle is deleted together with its parts.
/// </summary>
/// <param name="Operation">The restore that wrote the parts.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Checksum">XxHash128 of all their bytes, in hexadecimal digits.</param>
internal sealed record SchemaBundle(Guid Operation, int Parts, string Checksum)
{
    // Format 1 held the entries itself.
    private const int Format = 2;

    /// <summary>What is in <see cref="Checksum"/> when all parts were appended.</summary>
    public static string ChecksumOf(XxHash128 parts) => Convert.ToHexStringLower(parts.GetCurrentHash());

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("operation", Operation);
            json.WriteNumber("parts", Parts);
            json.WriteString("checksum", Checksum);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="ClusterException">It cannot be read.</exception>
    public static SchemaBundle Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            return format == Format
                ? new SchemaBundle(
                    root.GetProperty("operation").GetGuid(),
                    root.GetProperty("parts").GetInt32(),
                    root.GetProperty("checksum").GetString() ?? throw new JsonException("it has no checksum"))
                : throw new ClusterException($"The cluster's bundle of restored classes has format {format}; this server reads format {Format}. Use the same version on all nodes.");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ClusterException($"The cluster's bundle of restored classes cannot be read: {malformed.Message}", malformed);
        }
    }
}
