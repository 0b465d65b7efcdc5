using System.Text.Json.Serialization;

namespace Basalt.Backup.Gcs;

/// <summary>An object as the server describes it.</summary>
/// <param name="Name">Its whole name.</param>
/// <param name="Size">Bytes; the API writes them as a text.</param>
/// <param name="Crc32C">CRC32C of the bytes: base64 of four, highest first.</param>
internal sealed record StoredObject(
    string? Name,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long Size,
    [property: JsonPropertyName("crc32c")] string? Crc32C);
