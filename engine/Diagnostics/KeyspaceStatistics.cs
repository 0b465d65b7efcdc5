namespace Basalt.Engine;

/// <summary>Sizes of one keyspace in the newest version.</summary>
/// <param name="Segments">Segments.</param>
/// <param name="Bytes">Bytes of segments.</param>
/// <param name="Entries">Entries in segments, tombstones and old versions included.</param>
/// <param name="SegmentsPerLevel">Segments in each level, level 0 first.</param>
/// <param name="BytesPerLevel">Bytes of segments in each level, level 0 first.</param>
public sealed record KeyspaceStatistics(
    int Segments, long Bytes, long Entries, IReadOnlyList<int> SegmentsPerLevel, IReadOnlyList<long> BytesPerLevel);
