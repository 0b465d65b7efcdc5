namespace Basalt.Server.Backups;

/// <summary>Where a request wants a backup to be, other than configured.</summary>
/// <param name="Bucket">A bucket; null for the configured one. A file system has none: it is echoed and has no effect.</param>
/// <param name="Path">A path that replaces the configured one; null for that.</param>
internal readonly record struct BackupPlace(string? Bucket, string? Path);
