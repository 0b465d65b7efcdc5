namespace Basalt.Consistency.Tests.Protocol;

/// <summary>Who takes part, and which rules they keep.</summary>
internal sealed record Configuration
{
    /// <summary>Backups beside the old one: B, or B and C.</summary>
    public int Backups { get; init; } = 1;

    public int Collectors { get; init; } = 1;

    /// <summary>Contents of each backup, one extent each.</summary>
    public int Extents { get; init; } = 2;

    public bool Restores { get; init; }

    /// <summary>Whether collectors prune plans.</summary>
    public bool Prunes { get; init; } = true;

    /// <summary>Whether a backup takes names that failed attempts left behind.</summary>
    public bool ReusesFailedUploads { get; init; } = true;

    /// <summary>Whether B and C can be deleted too, or the old backup alone.</summary>
    public bool DeletesNewBackups { get; init; } = true;

    /// <summary>Whether anyone may declare a running attempt failed, at any time.</summary>
    public bool HasJanitor { get; init; } = true;

    /// <summary>Whether B begins as a zombie: it reuses nothing, has journaled its names, and was declared dead before its first PUT.</summary>
    public bool BeginsWithDeadB { get; init; }

    /// <summary>Whether the store may carry out a PUT again, at any later time, as a repeated or delayed request.</summary>
    public bool RepeatsPuts { get; init; }

    /// <summary>Whether a collector reads what became of each backup in a step of its own, the newest first.</summary>
    public bool ReadsOutcomesOneByOne { get; init; }

    public Rule Removed { get; init; }

    public bool Keeps(Rule rule) => (Removed & rule) == 0;
}
