using System.Collections.Immutable;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>A segment to be brought back.</summary>
/// <param name="Keyspace">The keyspace it goes to.</param>
/// <param name="Level">Its level.</param>
/// <param name="Metadata">Its metadata, from the documents.</param>
/// <param name="ExtentKeys">The objects of its extents in order; empty if it is packed.</param>
/// <param name="PackOffset">Its first byte in the payload of its pack.</param>
internal sealed record SegmentDownload(
    string Keyspace, int Level, SegmentMetadata Metadata, ImmutableArray<string> ExtentKeys, long PackOffset);
