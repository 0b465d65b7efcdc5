namespace Basalt.Backup;

/// <summary>How far a job has come, at one instant.</summary>
public sealed record BackupProgress
{
    /// <summary>The state.</summary>
    public required BackupState State { get; init; }

    /// <summary>Bytes of all segments concerned; zero until the plan is made.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Of these, bytes transferred or found to be there already.</summary>
    public required long BytesDone { get; init; }

    /// <summary>Of these, bytes that the repository held already.</summary>
    public required long BytesReused { get; init; }

    /// <summary>Segments concerned; zero until the plan is made.</summary>
    public required int FilesTotal { get; init; }

    /// <summary>Of these, segments done.</summary>
    public required int FilesDone { get; init; }

    /// <summary>Bytes transferred per second so far; zero before the first.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Estimated time to the end of the transfer; null while unknown.</summary>
    public required TimeSpan? Remaining { get; init; }

    /// <summary>Time from the start to the transfer; zero before that.</summary>
    public TimeSpan PreparationTime { get; init; }

    /// <summary>Time that the transfer took, so far or in all; zero before it.</summary>
    public TimeSpan TransferTime { get; init; }

    /// <summary>How long writers waited at the cut of a backup; null before the cut, of a resumed backup and of a restore.</summary>
    public TimeSpan? CutPause { get; init; }

    /// <summary>When the job began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Why it did not succeed; null if it did or runs.</summary>
    public required string? Error { get; init; }
}
