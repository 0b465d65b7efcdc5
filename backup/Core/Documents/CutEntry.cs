namespace Basalt.Backup.Documents;

/// <summary>The instant of a node's part.</summary>
/// <param name="Seq">The sequence number of the last write inside.</param>
/// <param name="At">When the lease was taken (UTC).</param>
/// <param name="Instant">The instant of the cluster's clock at which all nodes cut; null if each cut by itself.</param>
internal sealed record CutEntry(ulong Seq, DateTimeOffset At, long? Instant = null);
