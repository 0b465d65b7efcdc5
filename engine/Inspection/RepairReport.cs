namespace Basalt.Engine;

/// <summary>What <see cref="DatabaseRepairer"/> did, or would do.</summary>
public sealed record RepairReport
{
    /// <summary>What was wrong before.</summary>
    public required CheckReport Check { get; init; }

    /// <summary>Whether nothing was written because only a report was asked for.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Whether there was anything to repair.</summary>
    public bool IsNeeded => !Check.IsGood;

    /// <summary>The folder with the damaged files as they were; null if nothing had to be set aside.</summary>
    public string? LostFolder { get; init; }

    /// <summary>Names of the files that were, or would be, set aside.</summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];

    /// <summary>What cannot be read any more. Empty if nothing was lost.</summary>
    public IReadOnlyList<Loss> Losses { get; init; } = [];

    /// <summary>Owners of the leases that ended, because not all of their segments are there any more: backups that have to begin anew.</summary>
    public IReadOnlyList<string> ReleasedLeases { get; init; } = [];

    /// <summary>Segments that were written anew.</summary>
    public int RewrittenSegments { get; init; }

    /// <summary>Entries in them.</summary>
    public long SalvagedEntries { get; init; }

    /// <summary>Batches of the write-ahead log that were brought into segments.</summary>
    public long ReplayedRecords { get; init; }
}
