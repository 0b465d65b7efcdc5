using System.Buffers;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>What is stored about a class, as JSON: <c>{"format":1,"shard":"...","class":{...}}</c>, under one key.</summary>
/// <param name="Shard">The name of its shard.</param>
/// <param name="Definition">The class.</param>
internal sealed record SchemaRecord(string Shard, ClassDefinition Definition)
{
    private const int Format = 1;

    // A definition arrives in a body of the usual depth; the record around it is one level more.
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 128 };

    /// <summary>The key of the record in the schema keyspace.</summary>
    public static ReadOnlySpan<byte> Key => "class"u8;

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteNumber("format", Format);
        writer.WriteString("shard", Shard);
        writer.WritePropertyName("class");
        Definition.WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <param name="className">The class that the keyspace is named after.</param>
    /// <param name="value">The stored bytes.</param>
    /// <exception cref="InvalidDataException">They are no record of a known format, or of another class.</exception>
    public static SchemaRecord Decode(string className, ReadOnlyMemory<byte> value)
    {
        SchemaRecord record = DecodeAny(className, value);
        return record.Definition.Name == className
            ? record
            : throw new InvalidDataException($"The keyspaces of class '{className}' hold the definition of class '{record.Definition.Name}'.");
    }

    /// <summary>As <see cref="Decode"/>, whatever class it is of.</summary>
    /// <exception cref="InvalidDataException">The bytes are no record of a known format.</exception>
    public static SchemaRecord DecodeAny(string className, ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value, DocumentOptions);
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format != Format)
            {
                throw new InvalidDataException(
                    $"The definition of class '{className}' has format {format}; this server reads format {Format}. Use a newer server.");
            }

            // Every class that is referred to was there when the reference was made.
            ClassDefinition definition = new ClassDefinitionReader("none", static _ => true).Read(root.GetProperty("class"));
            return new SchemaRecord(root.GetProperty("shard").GetString() ?? throw new JsonException("it has no shard"), definition);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or RequestException)
        {
            throw new InvalidDataException($"The stored definition of class '{className}' cannot be read: {exception.Message}", exception);
        }
    }
}
