using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>
/// What the nodes of a cluster have to know of a backup that they make together. It can be serialized: it passes from the coordinator, who got
/// it by <see cref="BackupRepository.ClaimAsync"/>, to the nodes, and to the next coordinator.
/// </summary>
public sealed record BackupTicket
{
    /// <summary>Identity of the backup.</summary>
    public required string Id { get; init; }

    /// <summary>Which try under this id it is.</summary>
    public required int Attempt { get; init; }

    /// <summary>Identity of the attempt.</summary>
    public required string AttemptUlid { get; init; }

    /// <summary>The collections wanted, in order. A node need not have all of them.</summary>
    public required ImmutableArray<string> Collections { get; init; }

    /// <summary>The names of the nodes that take part, in order.</summary>
    public required ImmutableArray<string> Participants { get; init; }
}
