namespace Basalt.Engine.Manifest;

/// <summary>
/// The segments of one level of one keyspace. Level 0 holds flushes that may overlap, newest first; every other level is one sorted
/// run of segments that share no user key, ascending.
/// </summary>
internal sealed class Level
{
    public static readonly Level Empty = new(0, []);

    private readonly Segment[] _segments;

    private Level(int number, Segment[] segments)
    {
        Number = number;
        _segments = segments;
        foreach (Segment segment in segments)
        {
            Length += segment.Metadata.Length;
        }
    }

    public int Number { get; }

    public ReadOnlySpan<Segment> Segments => _segments;

    public int Count => _segments.Length;

    /// <summary>Bytes of all segments.</summary>
    public long Length { get; }

    /// <summary>The level with some segments taken out and others put in.</summary>
    public Level With(int number, IReadOnlySet<SegmentId> removed, IReadOnlyList<Segment> added)
    {
        List<Segment> segments = new(_segments.Length + added.Count);
        foreach (Segment segment in _segments)
        {
            if (!removed.Contains(segment.Id))
            {
                segments.Add(segment);
            }
        }

        segments.AddRange(added);
        segments.Sort(number == 0 ? NewestFirst : ByKey);
        return new Level(number, [.. segments]);
    }

    /// <summary>
    /// The only segment of a sorted run that may hold the key, or null. Requires: not level 0.
    /// </summary>
    public Segment? Find(ReadOnlySpan<byte> key)
    {
        int index = FirstNotBefore(key);
        return index < _segments.Length && _segments[index].SmallestKey.SequenceCompareTo(key) <= 0 ? _segments[index] : null;
    }

    /// <summary>Index of the first segment whose largest key is not before <paramref name="key"/>. Requires: not level 0.</summary>
    public int FirstNotBefore(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = _segments.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_segments[middle].LargestKey.SequenceCompareTo(key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Adds the segments that overlap a key range to a list.</summary>
    public void CollectOverlapping(ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest, List<Segment> result)
    {
        foreach (Segment segment in _segments)
        {
            if (segment.Overlaps(smallest, largest))
            {
                result.Add(segment);
            }
        }
    }

    // Flushes of one database never share sequence numbers, and neither do the level-0 segments that a restore brings together.
    private static int NewestFirst(Segment left, Segment right) =>
        right.Metadata.LargestSequence.CompareTo(left.Metadata.LargestSequence);

    private static int ByKey(Segment left, Segment right) => left.SmallestKey.SequenceCompareTo(right.SmallestKey);
}
