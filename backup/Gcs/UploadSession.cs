namespace Basalt.Backup.Gcs;

/// <summary>An upload that the server has begun to take.</summary>
/// <param name="Location">Where its bytes go. Whoever knows it may write there, so it is in no message.</param>
/// <param name="Length">Bytes of the object.</param>
/// <param name="Checksum">Its CRC32C, as the server was told.</param>
internal sealed record UploadSession(Uri Location, long Length, string Checksum);
