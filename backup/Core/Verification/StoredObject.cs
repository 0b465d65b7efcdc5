using System.Collections.Immutable;
using Basalt.Backup.Extents;
using Basalt.Engine;

namespace Basalt.Backup.Verification;

/// <summary>An extent or a pack, with all that documents say of it.</summary>
/// <param name="Key">The object.</param>
/// <param name="Frame">Its frame.</param>
/// <param name="Parts">What is in the payload, in order of offsets: the extent itself, or those of the segments in a pack.</param>
/// <param name="StoredCrc">CRC32C of the whole object; null for an extent, whose header holds its digest instead.</param>
internal sealed record StoredObject(
    string Key, ExtentFrame Frame, ImmutableArray<(long Offset, ExtentDigest Digest)> Parts, uint? StoredCrc);
