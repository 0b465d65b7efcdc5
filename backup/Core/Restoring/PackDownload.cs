using System.Collections.Immutable;

namespace Basalt.Backup.Restoring;

/// <summary>A pack to be read once.</summary>
/// <param name="Key">The object.</param>
/// <param name="PayloadLength">Bytes of its payload.</param>
/// <param name="StoredCrc">CRC32C of the whole object.</param>
/// <param name="Segments">The segments wanted of it, in the order of their offsets.</param>
internal sealed record PackDownload(string Key, long PayloadLength, uint StoredCrc, ImmutableArray<SegmentDownload> Segments);
