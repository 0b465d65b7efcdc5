using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>What is in a complete backup.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Shards">
/// Its shards, by collection and name. What belongs to a whole collection (its shard has no name) is the same on all nodes; it is listed once, of
/// the node that a restore takes it from.
/// </param>
public sealed record BackupContents(BackupSummary Backup, ImmutableArray<BackupShard> Shards);
