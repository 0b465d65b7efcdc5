namespace Basalt.Engine.Manifest;

/// <summary>A segment as the manifest records it.</summary>
internal sealed record SegmentDefinition(SegmentId Id, SegmentMetadata Metadata);
