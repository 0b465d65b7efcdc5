using System.Collections.Immutable;

namespace Basalt.Backup.Restoring;

/// <summary>A pack to be read once, and the segments wanted of it in the order of their offsets.</summary>
internal sealed record PackDownload(string Key, long PayloadLength, ImmutableArray<SegmentDownload> Segments);
