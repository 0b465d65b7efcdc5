using System.Diagnostics.CodeAnalysis;
using Basalt.Backup.Naming;

namespace Basalt.Backup;

/// <summary>Which collections to back up under which id.</summary>
/// <param name="Id">Identity of the backup in its repository: 1 to 255 of a-z, 0-9, _ and -.</param>
public sealed record BackupRequest(string Id)
{
    /// <summary>The collections wanted; null or empty means all. Excludes <see cref="Exclude"/>.</summary>
    public IReadOnlyCollection<string>? Include { get; init; }

    /// <summary>The collections not wanted.</summary>
    public IReadOnlyCollection<string>? Exclude { get; init; }

    /// <summary>
    /// Most of the machine's processors that the transfers take, 1 to 100; null does not limit them. A backup that was interrupted goes on
    /// without it.
    /// </summary>
    public int? CpuPercentage { get; init; }

    /// <summary>Whether a backup may have an id: 1 to 255 of a-z, 0-9, _ and -.</summary>
    public static bool IsValidId([NotNullWhen(true)] string? id) => RepositoryLayout.IsBackupId(id);
}
