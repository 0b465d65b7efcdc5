using System.Buffers.Binary;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Segments;

/// <summary>
/// The last <see cref="SegmentFormat.FooterLength"/> bytes of a segment. Sections follow each other without gaps (data blocks,
/// filter, index, properties, footer), so that their lengths say where they are.
/// </summary>
internal readonly record struct SegmentFooter
{
    private const int VersionAt = 56;
    private const int ChecksumAt = 60;
    private const int MagicAt = 64;

    /// <summary>Bytes of all data blocks; the filter starts there.</summary>
    public required long DataLength { get; init; }

    /// <summary>Bytes of the filter section with its checksum, or 0.</summary>
    public required long FilterLength { get; init; }

    /// <summary>Bytes of the index section with its checksum.</summary>
    public required long IndexLength { get; init; }

    /// <summary>Bytes of the properties with their checksum.</summary>
    public required long PropertiesLength { get; init; }

    /// <summary>Bytes of the whole segment with this footer.</summary>
    public long SegmentLength => PropertiesOffset + PropertiesLength + SegmentFormat.FooterLength;

    /// <summary>Entries in all data blocks.</summary>
    public required long EntryCount { get; init; }

    /// <summary>Data blocks.</summary>
    public required long BlockCount { get; init; }

    /// <summary>First byte of the index in the segment.</summary>
    public long IndexOffset => DataLength + FilterLength;

    /// <summary>First byte of the properties in the segment.</summary>
    public long PropertiesOffset => IndexOffset + IndexLength;

    /// <summary>Writes the footer. Requires: room for <see cref="SegmentFormat.FooterLength"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, DataLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], FilterLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], IndexLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], PropertiesLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], SegmentLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], EntryCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], BlockCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[VersionAt..], SegmentFormat.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[MagicAt..], SegmentFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Checksum(destination));
    }

    /// <summary>Reads and checks the footer of a segment.</summary>
    /// <exception cref="DatabaseException">
    /// <see cref="DatabaseError.Corruption"/>, or <see cref="DatabaseError.UnsupportedFormat"/> for an intact footer of another version.
    /// </exception>
    public static SegmentFooter Read(in SegmentLocation segment)
    {
        long start = segment.Length - SegmentFormat.FooterLength;
        if (start <= 0 || segment.Offset < 0 || segment.Offset > segment.File.Length - segment.Length)
        {
            throw segment.Corruption(
                $"a segment of {segment.Length} bytes cannot lie in a file of {segment.File.Length} bytes", 0);
        }

        Span<byte> source = stackalloc byte[SegmentFormat.FooterLength];
        segment.ReadExactly(source, start);
        if (BinaryPrimitives.ReadUInt64LittleEndian(source[MagicAt..]) != SegmentFormat.Magic)
        {
            throw segment.Corruption("the footer does not end with the magic number", start + MagicAt);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Checksum(source))
        {
            throw segment.Corruption("the footer does not match its checksum", start);
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(source[VersionAt..]);
        if (version != SegmentFormat.Version)
        {
            throw new DatabaseException(
                DatabaseError.UnsupportedFormat,
                $"The segment has format {version}; this build reads format {SegmentFormat.Version}. Use a newer build",
                segment.File.Path,
                segment.Offset + start + VersionAt);
        }

        SegmentFooter footer = new()
        {
            DataLength = BinaryPrimitives.ReadInt64LittleEndian(source),
            FilterLength = BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            IndexLength = BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            PropertiesLength = BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            EntryCount = BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            BlockCount = BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
        };
        if (!footer.IsPlausible(segment.Length) || BinaryPrimitives.ReadInt64LittleEndian(source[32..]) != segment.Length)
        {
            throw segment.Corruption($"the footer does not describe a segment of {segment.Length} bytes: {footer}", start);
        }

        return footer;
    }

    // Each part is bounded by the whole first, so that the sum cannot overflow.
    private bool IsPlausible(long length) =>
        DataLength > 0 && DataLength < length
        && FilterLength >= 0 && FilterLength <= Math.Min(length, SegmentFormat.MaxSectionLength)
        && IndexLength > 0 && IndexLength <= Math.Min(length, SegmentFormat.MaxSectionLength)
        && PropertiesLength > 0 && PropertiesLength <= Math.Min(length, SegmentFormat.MaxSectionLength)
        && SegmentLength == length
        && BlockCount > 0 && BlockCount <= DataLength / SegmentFormat.BlockTrailerLength
        && BlockCount <= IndexLength
        && EntryCount >= BlockCount;

    private static uint Checksum(ReadOnlySpan<byte> footer) => Crc32C.Append(
        Crc32C.Compute(footer[..ChecksumAt]), footer[MagicAt..SegmentFormat.FooterLength]);
}
