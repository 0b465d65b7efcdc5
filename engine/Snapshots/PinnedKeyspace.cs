using System.Collections.Immutable;

namespace Basalt.Engine;

/// <summary>One keyspace as it was at the cut.</summary>
/// <param name="Name">The keyspace's name.</param>
/// <param name="Segments">Its segments, newest level first; empty for an empty keyspace.</param>
public sealed record PinnedKeyspace(string Name, ImmutableArray<PinnedSegment> Segments)
{
    /// <summary>Bytes of all segments.</summary>
    public long Length => Segments.Sum(segment => segment.Metadata.Length);
}
