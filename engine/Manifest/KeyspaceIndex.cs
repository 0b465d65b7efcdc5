using System.Collections.Immutable;

namespace Basalt.Engine.Manifest;

/// <summary>
/// What is asked of all keyspaces of a version, carried on from edit to edit: with ten thousands of them, going through all for each edit would
/// make their creation quadratic. Immutable.
/// </summary>
internal sealed class KeyspaceIndex
{
    private readonly ImmutableDictionary<string, uint> _ids;

    /// <summary>From a number of level-0 segments to how many keyspaces have so many.</summary>
    private readonly ImmutableSortedDictionary<int, int> _level0Counts;

    private KeyspaceIndex(ImmutableDictionary<string, uint> ids, ImmutableSortedDictionary<int, int> level0Counts)
    {
        _ids = ids;
        _level0Counts = level0Counts;
        foreach (int segments in level0Counts.Keys)
        {
            MaxLevel0Segments = segments;
        }
    }

    public static KeyspaceIndex Empty { get; } =
        new(ImmutableDictionary.Create<string, uint>(StringComparer.Ordinal), ImmutableSortedDictionary<int, int>.Empty);

    /// <summary>The most level-0 segments that any keyspace has.</summary>
    public int MaxLevel0Segments { get; }

    /// <summary>The id of the keyspace of a name, or null.</summary>
    public uint? Find(string name) => _ids.TryGetValue(name, out uint id) ? id : null;

    /// <summary>The index after an edit.</summary>
    /// <param name="before">The keyspaces that this is the index of.</param>
    /// <param name="after">Those after the edit.</param>
    /// <param name="changed">Ids of all that differ.</param>
    public KeyspaceIndex With(
        ImmutableDictionary<uint, KeyspaceVersion> before, ImmutableDictionary<uint, KeyspaceVersion> after, IReadOnlySet<uint> changed)
    {
        ImmutableDictionary<string, uint>.Builder ids = _ids.ToBuilder();
        ImmutableSortedDictionary<int, int>.Builder counts = _level0Counts.ToBuilder();

        // A name may go with one keyspace and come with another in the same edit.
        foreach (uint id in changed)
        {
            if (before.TryGetValue(id, out KeyspaceVersion? gone))
            {
                ids.Remove(gone.Keyspace.Name);
                Add(counts, gone, -1);
            }
        }

        foreach (uint id in changed)
        {
            if (after.TryGetValue(id, out KeyspaceVersion? come))
            {
                ids.Add(come.Keyspace.Name, id);
                Add(counts, come, 1);
            }
        }

        return new KeyspaceIndex(ids.ToImmutable(), counts.ToImmutable());
    }

    private static void Add(ImmutableSortedDictionary<int, int>.Builder counts, KeyspaceVersion keyspace, int number)
    {
        int segments = keyspace.Levels[0].Count;
        int sum = counts.GetValueOrDefault(segments) + number;
        if (sum == 0)
        {
            counts.Remove(segments);
        }
        else
        {
            counts[segments] = sum;
        }
    }
}
