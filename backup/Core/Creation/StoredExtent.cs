namespace Basalt.Backup.Creation;

/// <summary>An extent that the repository holds.</summary>
/// <param name="Key">The object.</param>
/// <param name="StoredLength">Bytes of the object.</param>
/// <param name="IsOwn">Whether this attempt uploaded it, before an interruption.</param>
internal readonly record struct StoredExtent(string Key, long StoredLength, bool IsOwn);
