using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

/// <summary>The byte range of a segment in its file; it turns offsets in the segment into offsets in the file, also in errors.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">The segment's first byte in the file.</param>
/// <param name="Length">The segment's length in bytes.</param>
internal readonly record struct SegmentLocation(IReadableFile File, long Offset, long Length)
{
    /// <summary>Fills <paramref name="destination"/> from an offset in the segment.</summary>
    public void ReadExactly(Span<byte> destination, long offset) => File.ReadExactly(destination, Offset + offset);

    /// <summary>Damage found at an offset in the segment.</summary>
    public DatabaseException Corruption(string problem, long offset) => DatabaseException.Damage(
        $"Damaged segment: {problem}.", File.Path, Offset + offset);
}
