using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// What is asked of an operation. Stored once, beside the record that changes: with a thousand nodes it is large, and all of them are told of
/// every change of the record.
/// </summary>
internal sealed record OperationPlan
{
    /// <summary>The format of the stored form.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format that this is stored in.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the operation is known by: a UUID of version 7.</summary>
    public required Guid Operation { get; init; }

    /// <summary>Create or restore.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>The backup.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the backup module, such as <c>filesystem</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>The classes, resolved when the operation began; of a restore by their names in the backup.</summary>
    public required ImmutableArray<string> Classes { get; init; }

    /// <summary>The nodes that take part: all that were there when it began, the owners of the classes among them.</summary>
    public required ImmutableArray<string> Participants { get; init; }

    /// <summary>Most of the processors of a node that it takes; null for no limit.</summary>
    public int? CpuPercentage { get; init; }

    /// <summary>Restore: new names of classes.</summary>
    public ImmutableDictionary<string, string> Renames { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Restore: the node that takes what another one had.</summary>
    public ImmutableDictionary<string, string> NodeMapping { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whatever else the work needs to know (bucket, path); not looked into here.</summary>
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Whether a node takes part.</summary>
    public bool TakesPart(string node) => Participants.Contains(node, StringComparer.Ordinal);
}
