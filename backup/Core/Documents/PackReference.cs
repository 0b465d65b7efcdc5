namespace Basalt.Backup.Documents;

/// <summary>A pack.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Crc32c">CRC32C of the stored object, in hex.</param>
/// <param name="Bytes">Bytes of the stored object.</param>
internal sealed record PackReference(string Key, string Crc32c, long Bytes);
