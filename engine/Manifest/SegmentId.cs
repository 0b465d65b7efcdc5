namespace Basalt.Engine.Manifest;

/// <summary>Names a segment inside one database: its file and its first byte there.</summary>
internal readonly record struct SegmentId(ulong File, long Offset);
