using System.Globalization;

namespace Basalt.Engine;

/// <summary>
/// Where a segment was born: the database that wrote it, the file number there and its offset in that file. It survives backup and
/// restore, so that a restored database still shares its segments with earlier backups.
/// </summary>
/// <param name="DatabaseId">The database that wrote the segment.</param>
/// <param name="FileNumber">The number of the file that it was written to.</param>
/// <param name="Offset">Its first byte in that file.</param>
public readonly record struct SegmentOrigin(Guid DatabaseId, ulong FileNumber, long Offset)
{
    /// <summary>The origin as 32 hex digits, a dash, the file number, a dash and the offset, the numbers in hex.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DatabaseId:N}-{FileNumber:x}-{Offset:x}");
}
