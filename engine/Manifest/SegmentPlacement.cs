namespace Basalt.Engine.Manifest;

/// <summary>A segment that enters a level of a keyspace.</summary>
internal sealed record SegmentPlacement(uint Keyspace, int Level, SegmentDefinition Segment);
