using System.Collections.Immutable;
using System.Diagnostics;

namespace Basalt.Engine.Manifest;

/// <summary>
/// The segments of all keyspaces after one manifest edit. Immutable and reference-counted: while a version is referenced, none of
/// its files is deleted.
/// </summary>
internal sealed class LsmVersion(
    long number, ImmutableDictionary<uint, KeyspaceVersion> keyspaces, KeyspaceIndex index, Action<LsmVersion> released)
{
    private int _references = 1;

    /// <summary>Counts up with each edit; orders versions in time.</summary>
    public long Number { get; } = number;

    public ImmutableDictionary<uint, KeyspaceVersion> Keyspaces { get; } = keyspaces;

    /// <summary>The most level-0 segments that any keyspace has: each is one more place to look for every read.</summary>
    public int MaxLevel0Segments => Index.MaxLevel0Segments;

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
}
