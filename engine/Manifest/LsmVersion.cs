using System.Collections.Immutable;
using System.Diagnostics;

namespace Basalt.Engine.Manifest;

/// <summary>
/// The segments of all keyspaces after one manifest edit. Immutable and reference-counted: while a version is referenced, none of
/// its files is deleted.
/// </summary>
internal sealed class LsmVersion(
    long number, ImmutableDictionary<uint, KeyspaceVersion> keyspaces, KeyspaceIndex index, bool isAnyCompactionStopped, Action<LsmVersion> released)
{
    private int _references = 1;

    /// <summary>Counts up with each edit; orders versions in time.</summary>
    public long Number { get; } = number;

    public ImmutableDictionary<uint, KeyspaceVersion> Keyspaces { get; } = keyspaces;

    /// <summary>
    /// The most level-0 segments that any keyspace has: each is one more place to look for every read. Without those whose compactions had
    /// ended when the version was made, because nothing would ever make them fewer.
    /// </summary>
    public int MaxLevel0Segments { get; } = isAnyCompactionStopped ? CountLevel0(keyspaces.Values) : index.MaxLevel0Segments;

    public KeyspaceIndex Index { get; } = index;

    /// <summary>The keyspace of that name, or null.</summary>
    public KeyspaceVersion? Find(string name) => Index.Find(name) is { } id ? Keyspaces[id] : null;

    /// <summary>Requires: the caller knows of a reference that cannot go away meanwhile.</summary>
    public void AddReference()
    {
        int references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "A version was revived.");
    }

    public void Release()
    {
        int references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "A version was released too often.");
        if (references == 0)
        {
            released(this);
        }
    }

    private static int CountLevel0(IEnumerable<KeyspaceVersion> keyspaces)
    {
        int most = 0;
        foreach (KeyspaceVersion keyspace in keyspaces)
        {
            most = keyspace.Keyspace.IsCompactionStopped ? most : Math.Max(most, keyspace.Levels[0].Count);
        }

        return most;
    }
}
