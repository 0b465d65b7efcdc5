using Basalt.Engine.Manifest;

namespace Basalt.Engine.Inspection;

/// <summary>What became of a segment that the manifest names.</summary>
/// <param name="Segment">The segment as the manifest records it.</param>
/// <param name="Placement">Where it belongs; null if only a lease keeps it.</param>
/// <param name="State">Its state.</param>
internal sealed record SegmentFinding(SegmentDefinition Segment, SegmentPlacement? Placement, SegmentState State);
