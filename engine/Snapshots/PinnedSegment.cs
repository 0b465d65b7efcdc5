namespace Basalt.Engine;

/// <summary>An immutable segment that a lease keeps on disk.</summary>
public sealed class PinnedSegment
{
    internal PinnedSegment(string keyspace, int level, SegmentMetadata metadata, string path, long offset)
    {
        Keyspace = keyspace;
        Level = level;
        Metadata = metadata;
        Path = path;
        Offset = offset;
    }

    /// <summary>The name of the keyspace it belongs to.</summary>
    public string Keyspace { get; }

    /// <summary>The level in the tree at the cut; a restore puts it back there.</summary>
    public int Level { get; }

    /// <summary>Origin, length, digests and ranges.</summary>
    public SegmentMetadata Metadata { get; }

    internal string Path { get; }

    internal long Offset { get; }
}
