using System.Collections.Immutable;
using System.Text;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Compaction;

/// <summary>Makes trees of segments that have no files: enough to choose compactions from.</summary>
internal sealed class SegmentTree
{
    private ulong _files;

    public KeyspaceVersion Build(params (int Level, string Smallest, string Largest, long Length)[] segments) =>
        KeyspaceVersion.Empty(new Keyspace(null!, new KeyspaceDefinition(1, "k", 1))).With(
            new HashSet<SegmentId>(),
            [.. segments.Select(segment => new PlacedSegment(segment.Level, Segment(segment.Smallest, segment.Largest, segment.Length)))]);

    public Segment Segment(string smallest, string largest, long length, long tombstones = 0)
    {
        ulong file = ++_files;
        return new Segment(new SegmentFile(new SegmentHandles(new LocalFileSystem()), "none", file), 0, new SegmentMetadata
        {
            Origin = new SegmentOrigin(Guid.Empty, file, 0),
            Length = length,
            Digest = 0,
            Extents = ImmutableArray<ExtentDigest>.Empty,
            SmallestKey = Encoding.UTF8.GetBytes(smallest),
            LargestKey = Encoding.UTF8.GetBytes(largest),
            SmallestSequence = file,
            LargestSequence = file,
            EntryCount = 1,
            TombstoneCount = tombstones,
            RawBytes = length,
        });
    }
}
