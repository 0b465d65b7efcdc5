namespace Basalt.Backup;

/// <summary>The cut of a node's share in a cluster's backup.</summary>
/// <param name="Instant">The instant of the cluster's clock that it was made for; null if the node cut by itself.</param>
/// <param name="Sequence">The sequence number of the last write inside.</param>
/// <param name="At">When the lease on it was taken (UTC).</param>
/// <param name="Pause">How long writers were held; zero if it was found again after a restart.</param>
public sealed record ShareCut(long? Instant, ulong Sequence, DateTimeOffset At, TimeSpan Pause);
