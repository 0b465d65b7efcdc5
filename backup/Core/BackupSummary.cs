using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>One backup, as its repository describes it.</summary>
public sealed record BackupSummary
{
    /// <summary>Identity in the repository.</summary>
    public required string Id { get; init; }

    /// <summary>The state; a backup that another process is making counts as <see cref="BackupState.Started"/>.</summary>
    public required BackupState State { get; init; }

    /// <summary>Which try under this id it is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The collections inside, in order.</summary>
    public required ImmutableArray<string> Collections { get; init; }

    /// <summary>The node that coordinates or coordinated it.</summary>
    public required string Node { get; init; }

    /// <summary>The nodes that take part or took part, in order.</summary>
    public ImmutableArray<string> Participants { get; init; } = [];

    /// <summary>
    /// Whether all nodes cut at one instant of their cluster's clock, so that nothing is inside without what it follows from. Otherwise each
    /// node is consistent in itself.
    /// </summary>
    public bool IsCausal { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether it is in a store without conditional writes, see <see cref="BackupOptions.AllowDegradedStores"/>.</summary>
    public bool IsDegraded { get; init; }

    /// <summary>Why it did not succeed; null if it did or runs.</summary>
    public string? Error { get; init; }

    /// <summary>Segments inside.</summary>
    public int Files { get; init; }

    /// <summary>Bytes of all segments inside: what a restore brings back.</summary>
    public long LogicalBytes { get; init; }

    /// <summary>Of these, bytes that had to be uploaded.</summary>
    public long UploadedBytes { get; init; }

    /// <summary>Of these, bytes that the repository held already; of a restore, bytes that the database held already.</summary>
    public long ReusedBytes { get; init; }

    /// <summary>SHA-256 over the ordered hashes of the node documents, in hex: equal roots mean equal backups. Null unless complete.</summary>
    public string? Root { get; init; }
}
