using Basalt.Engine.Manifest;

namespace Basalt.Engine.Compaction;

/// <summary>One compaction worth doing.</summary>
/// <param name="Keyspace">Where.</param>
/// <param name="Inputs">The segments to merge, with their levels; all of what they hide or are hidden by in the output level is among them.</param>
/// <param name="OutputLevel">Where the result goes.</param>
/// <param name="Score">How urgent it is: 1 is due.</param>
internal sealed record CompactionPick(Keyspace Keyspace, IReadOnlyList<PlacedSegment> Inputs, int OutputLevel, double Score)
{
    /// <summary>Whether the only input can change its level without being rewritten; tombstones are worth a look at what they hide.</summary>
    public bool IsTrivialMove =>
        Inputs.Count == 1 && Inputs[0].Level != OutputLevel && Inputs[0].Segment.Metadata.TombstoneCount == 0;
}
