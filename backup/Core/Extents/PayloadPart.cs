namespace Basalt.Backup.Extents;

/// <summary>Bytes to be stored, and what was known of them since their birth.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Crc32C">CRC32C of the bytes.</param>
/// <param name="Open">Opens the bytes from the start; the stream verifies them.</param>
internal sealed record PayloadPart(long Length, uint Crc32C, Func<Stream> Open);
