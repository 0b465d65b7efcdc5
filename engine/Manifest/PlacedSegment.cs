namespace Basalt.Engine.Manifest;

/// <summary>A segment and the level it is in.</summary>
internal readonly record struct PlacedSegment(int Level, Segment Segment);
