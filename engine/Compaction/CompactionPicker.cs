using Basalt.Engine.Manifest;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Chooses what to compact next: a pure function of a version, so that every choice can be tested and explained. Leveled compaction
/// as in LevelDB; among the segments of a level the one with the least overlap below it per byte goes first, which costs the least
/// write amplification (O'Neil et al., "The log-structured merge-tree", and RocksDB's kMinOverlappingRatio).
/// </summary>
internal static class CompactionPicker
{
    private const int LevelMultiplier = 10;

    /// <summary>The most urgent compaction of a keyspace, or null if none is due.</summary>
    public static CompactionPick? Pick(KeyspaceVersion version, DatabaseOptions options)
    {
        int urgent = -1;
        double highest = 1;
        for (int level = 0; level < KeyspaceVersion.LevelCount - 1; level++)
        {
            double score = Score(version, level, options);
            if (score >= highest)
            {
                (urgent, highest) = (level, score);
            }
        }

        return urgent switch
        {
            < 0 => null,
            0 => PickLevel0(version, highest),
            _ => PickCheapestSegment(version, urgent, highest),
        };
    }

    /// <summary>How full a level is: at 1 it is due.</summary>
    public static double Score(KeyspaceVersion version, int level, DatabaseOptions options) => level == 0
        ? (double)version.Levels[0].Count / options.Level0CompactionTrigger
        : version.Levels[level].Length / TargetBytes(level, options);

    private static double TargetBytes(int level, DatabaseOptions options) =>
        options.LevelBaseBytes * Math.Pow(LevelMultiplier, level - 1);

    /// <summary>All of level 0 with what it overlaps below. Requires: level 0 is not empty.</summary>
    public static CompactionPick PickLevel0(KeyspaceVersion version, double score)
    {
        List<PlacedSegment> inputs = [];
        foreach (Segment segment in version.Levels[0].Segments)
        {
            inputs.Add(new PlacedSegment(0, segment));
        }

        (byte[] smallest, byte[] largest) = KeyRange(inputs);
        AddOverlapping(version, 1, smallest, largest, inputs);
        return new CompactionPick(version.Keyspace, inputs, 1, score);
    }

    private static CompactionPick PickCheapestSegment(KeyspaceVersion version, int level, double score)
    {
        Segment? best = null;
        double leastRatio = double.MaxValue;
        List<Segment> below = [];
        foreach (Segment segment in version.Levels[level].Segments)
        {
            below.Clear();
            version.Levels[level + 1].CollectOverlapping(segment.SmallestKey, segment.LargestKey, below);
            double ratio = (double)below.Sum(other => other.Metadata.Length) / segment.Metadata.Length;
            if (ratio < leastRatio)
            {
                (best, leastRatio) = (segment, ratio);
            }
        }

        return PickSegment(version, level, best!, score);
    }

    /// <summary>One segment of a sorted run with what it overlaps below.</summary>
    public static CompactionPick PickSegment(KeyspaceVersion version, int level, Segment segment, double score)
    {
        List<PlacedSegment> inputs = [new PlacedSegment(level, segment)];
        AddOverlapping(version, level + 1, segment.SmallestKey, segment.LargestKey, inputs);
        return new CompactionPick(version.Keyspace, inputs, level + 1, score);
    }

    private static void AddOverlapping(
        KeyspaceVersion version, int level, ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest, List<PlacedSegment> inputs)
    {
        List<Segment> overlapping = [];
        version.Levels[level].CollectOverlapping(smallest, largest, overlapping);
        inputs.AddRange(overlapping.Select(segment => new PlacedSegment(level, segment)));
    }

    private static (byte[] Smallest, byte[] Largest) KeyRange(List<PlacedSegment> inputs)
    {
        ReadOnlySpan<byte> smallest = inputs[0].Segment.SmallestKey;
        ReadOnlySpan<byte> largest = inputs[0].Segment.LargestKey;
        foreach (PlacedSegment input in inputs)
        {
            if (input.Segment.SmallestKey.SequenceCompareTo(smallest) < 0)
            {
                smallest = input.Segment.SmallestKey;
            }

            if (input.Segment.LargestKey.SequenceCompareTo(largest) > 0)
            {
                largest = input.Segment.LargestKey;
            }
        }

        return (smallest.ToArray(), largest.ToArray());
    }
}
