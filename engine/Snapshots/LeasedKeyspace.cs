using Basalt.Engine.Manifest;

namespace Basalt.Engine.Snapshots;

/// <summary>The segments of one keyspace in a lease, each with its level.</summary>
internal sealed record LeasedKeyspace(string Name, IReadOnlyList<(int Level, SegmentId Segment)> Segments);
