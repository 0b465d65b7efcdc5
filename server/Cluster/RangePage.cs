using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>Entries of a range as they were at one revision, in the order of their keys.</summary>
/// <param name="Revision">The revision that was read.</param>
/// <param name="Entries">The entries.</param>
/// <param name="HasMore">Whether the limit cut some off: go on behind the last key, at the same revision.</param>
internal sealed record RangePage(long Revision, ImmutableArray<ClusterEntry> Entries, bool HasMore);
