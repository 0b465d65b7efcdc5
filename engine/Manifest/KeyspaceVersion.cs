using System.Collections.Immutable;

namespace Basalt.Engine.Manifest;

/// <summary>The tree of one keyspace at one version. Immutable.</summary>
internal sealed class KeyspaceVersion
{
    /// <summary>Levels of every tree: level 0 and six sorted runs, each ten times the one above.</summary>
    public const int LevelCount = 7;

    private readonly ImmutableArray<Level> _levels;

    private KeyspaceVersion(Keyspace keyspace, ImmutableArray<Level> levels)
    {
        Keyspace = keyspace;
        _levels = levels;
        foreach (Level level in levels)
        {
            Length += level.Length;
            SegmentCount += level.Count;
        }
    }

    public Keyspace Keyspace { get; }

    public ReadOnlySpan<Level> Levels => _levels.AsSpan();

    /// <summary>Bytes of all segments.</summary>
    public long Length { get; }

    public int SegmentCount { get; }

    public static KeyspaceVersion Empty(Keyspace keyspace) =>
        new(keyspace, [.. Enumerable.Repeat(Level.Empty, LevelCount)]);

    /// <summary>The tree with some segments taken out and others put into their levels.</summary>
    public KeyspaceVersion With(IReadOnlySet<SegmentId> removed, IReadOnlyList<PlacedSegment> added)
    {
        var levels = ImmutableArray.CreateBuilder<Level>(LevelCount);
        for (int number = 0; number < LevelCount; number++)
        {
            List<Segment> arrivals = [];
            foreach (PlacedSegment placed in added)
            {
                if (placed.Level == number)
                {
                    arrivals.Add(placed.Segment);
                }
            }

            bool changed = arrivals.Count > 0 || ContainsAny(_levels[number], removed);
            levels.Add(changed ? _levels[number].With(number, removed, arrivals) : _levels[number]);
        }

        return new KeyspaceVersion(Keyspace, levels.MoveToImmutable());
    }

    /// <summary>Every segment with its level, level 0 first.</summary>
    public IEnumerable<PlacedSegment> AllSegments()
    {
        for (int number = 0; number < LevelCount; number++)
        {
            for (int i = 0; i < _levels[number].Count; i++)
            {
                yield return new PlacedSegment(number, _levels[number].Segments[i]);
            }
        }
    }

    private static bool ContainsAny(Level level, IReadOnlySet<SegmentId> ids)
    {
        if (ids.Count == 0)
        {
            return false;
        }

        foreach (Segment segment in level.Segments)
        {
            if (ids.Contains(segment.Id))
            {
                return true;
            }
        }

        return false;
    }
}
