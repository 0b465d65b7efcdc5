namespace Basalt.Server.Cluster;

/// <summary>A key that was written or deleted.</summary>
/// <param name="Key">The key.</param>
/// <param name="Revision">The revision that did it.</param>
/// <param name="Entry">What was written; null for a deletion.</param>
internal sealed record WatchEvent(string Key, long Revision, ClusterEntry? Entry);
