using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>What is stored about the last restore of a backup.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it did not succeed; null if it did or runs.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="CompletedAt">When it ended (UTC); null while it runs.</param>
internal sealed record RestoreRecord(BackupState State, string? Error, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>The version of the stored form.</summary>
    public int Format { get; init; } = RestoreHistory.Format;

    /// <summary>What was asked for; null if the record is of a server that did not store it.</summary>
    public RestoreIntent? Intent { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is BackupState.Success or BackupState.Failed or BackupState.Canceled;
}
