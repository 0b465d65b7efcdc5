using Basalt.Backup.Extents;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>A segment to be stored.</summary>
/// <param name="Keyspace">The full name of its keyspace.</param>
/// <param name="Level">Its level at the cut.</param>
/// <param name="Metadata">What is known since its birth.</param>
/// <param name="OpenExtent">Opens an extent for one pass that verifies it.</param>
internal sealed record SegmentSource(string Keyspace, int Level, SegmentMetadata Metadata, Func<int, Stream> OpenExtent)
{
    public PayloadPart Part(int extent)
    {
        ExtentDigest digest = Metadata.Extents[extent];
        return new PayloadPart(digest.Length, digest.Crc32C, () => OpenExtent(extent));
    }

    /// <summary>All segments of a handle.</summary>
    public static IEnumerable<SegmentSource> From(SnapshotHandle handle, PinnedKeyspace keyspace) =>
        keyspace.Segments.Select(segment =>
            new SegmentSource(segment.Keyspace, segment.Level, segment.Metadata, extent => handle.OpenExtent(segment, extent)));
}
