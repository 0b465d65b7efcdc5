namespace Basalt.Backup;

/// <summary>A shard in a backup.</summary>
/// <param name="Address">Which.</param>
/// <param name="Node">The node that it was on.</param>
/// <param name="Files">Its segments.</param>
/// <param name="Bytes">Bytes of them: what a restore of it brings back.</param>
public sealed record BackupShard(ShardAddress Address, string Node, int Files, long Bytes);
