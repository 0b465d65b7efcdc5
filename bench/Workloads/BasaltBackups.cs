using Basalt.Backup;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>Backups and restores with the backup layer's defaults.</summary>
internal static class BasaltBackups
{
    public static async Task<BackupSummary> CreateAsync(Database database, string repository, CancellationToken cancellationToken = default)
    {
        await using BackupService backups = new(database, new FileSystemBackend(repository));
        return await backups.CreateAsync(new BackupRequest($"b-{Guid.NewGuid():n}"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Backs up; returns the most bytes that the backup's buffers held at a time.</summary>
    public static async Task<long> MeasureBuffersAsync(Database database, string repository, CancellationToken cancellationToken = default)
    {
        await using BackupService backups = new(database, new FileSystemBackend(repository));
        await backups.CreateAsync(new BackupRequest($"b-{Guid.NewGuid():n}"), cancellationToken).ConfigureAwait(false);
        return backups.PeakBufferBytes;
    }

    public static async Task RestoreAsync(Database database, string repository, string id, CancellationToken cancellationToken = default)
    {
        await using BackupService backups = new(database, new FileSystemBackend(repository));
        await backups.RestoreAsync(id, cancellationToken).ConfigureAwait(false);
    }
}
