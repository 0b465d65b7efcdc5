using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>What a verification found.</summary>
public sealed record VerificationReport
{
    /// <summary>The backup.</summary>
    public required string Id { get; init; }

    /// <summary>How closely it was looked at.</summary>
    public required VerificationLevel Level { get; init; }

    /// <summary>Whether nothing was found to be wrong.</summary>
    public bool IsGood => Problems.IsEmpty;

    /// <summary>What is wrong, by object.</summary>
    public required ImmutableArray<VerificationProblem> Problems { get; init; }

    /// <summary>Extents and packs of the backup.</summary>
    public required int Objects { get; init; }

    /// <summary>Objects of which content was read, in part or whole.</summary>
    public required int ObjectsRead { get; init; }

    /// <summary>Bytes of extents and packs read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>SHA-256 over the ordered hashes of the node documents, in hex; null if the outcome cannot be read.</summary>
    public string? Root { get; init; }
}
