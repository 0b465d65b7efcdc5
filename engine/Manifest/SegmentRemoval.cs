namespace Basalt.Engine.Manifest;

/// <summary>A segment that leaves a keyspace.</summary>
internal readonly record struct SegmentRemoval(uint Keyspace, SegmentId Id);
