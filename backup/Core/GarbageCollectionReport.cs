using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>What a collection of garbage found and did.</summary>
public sealed record GarbageCollectionReport
{
    /// <summary>Extents in the repository when it began.</summary>
    public required int Extents { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ExtentBytes { get; init; }

    /// <summary>Extents that nothing needs and that are old enough to go.</summary>
    public required int Garbage { get; init; }

    /// <summary>Their bytes.</summary>
    public required long GarbageBytes { get; init; }

    /// <summary>Extents that nothing needs, but too young to go.</summary>
    public required int TooYoung { get; init; }

    /// <summary>Extents deleted, those included that an earlier collection had condemned.</summary>
    public int Deleted { get; init; }

    /// <summary>Their bytes, and those of documents and packs of backups that are gone.</summary>
    public long BytesFreed { get; init; }

    /// <summary>Documents, packs and journals deleted of backups that are gone.</summary>
    public int DocumentsDeleted { get; init; }

    /// <summary>Condemned extents that turned out to be needed, and stay.</summary>
    public ImmutableArray<string> Retained { get; init; } = [];

    /// <summary>Objects that could not be deleted, with the reason; the next collection tries again.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];

    /// <summary>Ids of backups that nobody worked on any more and that were therefore marked as failed.</summary>
    public ImmutableArray<string> AbandonedBackups { get; init; } = [];

    /// <summary>Whether nothing was changed.</summary>
    public bool IsDryRun { get; init; }
}
