using Basalt.Engine.Manifest;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Brings a keyspace into one sorted run without spent tombstones, one bounded step at a time: level 0 first, then each level, segment
/// by segment in key order, into the one below. One large merge would be simpler, but what else is due would have to wait for it.
/// </summary>
/// <remarks>
/// Walks once through the tree, so that it ends however much is written meanwhile: what comes in behind the cursor is left to the compactions
/// that are due anyway.
/// </remarks>
internal sealed class FullCompaction
{
    private int _level;
    private byte[]? _done;

    /// <summary>The next step, or null at the end.</summary>
    /// <param name="version">The keyspace, as the steps so far and other compactions left it.</param>
    public CompactionPick? Next(KeyspaceVersion version)
    {
        int lowest = LowestLevel(version);
        if (_level == 0)
        {
            _level = 1;
            if (version.Levels[0].Count > 0)
            {
                return CompactionPicker.PickLevel0(version, score: 1);
            }
        }

        for (; _level <= lowest; _level++, _done = null)
        {
            if (NextSegment(version, isLowest: _level == lowest) is { } segment)
            {
                _done = segment.LargestKey.ToArray();
                return _level < lowest
                    ? CompactionPicker.PickSegment(version, _level, segment, score: 1)
                    : new CompactionPick(version.Keyspace, [new PlacedSegment(_level, segment)], _level, Score: 1);
            }
        }

        return null;
    }

    /// <summary>The first segment after the cursor; in the lowest level the first that has tombstones to lose.</summary>
    private Segment? NextSegment(KeyspaceVersion version, bool isLowest)
    {
        foreach (Segment segment in version.Levels[_level].Segments)
        {
            bool isAhead = _done is null || segment.LargestKey.SequenceCompareTo(_done) > 0;
            if (isAhead && (!isLowest || segment.Metadata.TombstoneCount > 0))
            {
                return segment;
            }
        }

        return null;
    }

    private static int LowestLevel(KeyspaceVersion version)
    {
        int level = KeyspaceVersion.LevelCount - 1;
        while (level > 1 && version.Levels[level].Count == 0)
        {
            level--;
        }

        return level;
    }
}
