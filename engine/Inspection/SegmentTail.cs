using System.Buffers.Binary;
using Basalt.Engine.Checksums;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>Segments found from the end of their file, without a manifest: a footer says where its segment begins, and another one may end there.</summary>
internal static class SegmentTail
{
    private const int LengthOffset = 32;

    /// <summary>Reads what the segment that ends at an offset says of itself, and tells where it begins.</summary>
    /// <exception cref="DatabaseException">No whole footer and properties are there.</exception>
    public static SegmentProperties Read(IReadableFile file, long end, out long start)
    {
        byte[] tail = new byte[SegmentFormat.FooterLength];
        file.ReadExactly(tail, Math.Max(end - tail.Length, 0));
        long length = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(LengthOffset));
        if (length <= 0 || length > end)
        {
            throw DatabaseException.Damage("No footer of a segment ends here.", file.Path, end);
        }

        SegmentLocation segment = new(file, end - length, length);
        SegmentFooter footer = SegmentFooter.Read(segment);
        byte[] section = new byte[footer.PropertiesLength];
        segment.ReadExactly(section, footer.PropertiesOffset);
        int content = Math.Max(section.Length - SegmentFormat.ChecksumLength, 0);
        start = segment.Offset;
        return content > 0 && BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(content)) == Crc32C.Compute(section.AsSpan(0, content))
            ? SegmentProperties.TryRead(section.AsSpan(0, content)) ?? throw segment.Corruption("the properties are malformed", footer.PropertiesOffset)
            : throw segment.Corruption("the properties do not match their checksum", footer.PropertiesOffset);
    }

    /// <summary>Whether a whole segment of another origin lies where this one should be: the file is not the one that it is taken for.</summary>
    public static bool IsCoveredByAnother(in SegmentLocation segment, SegmentOrigin origin)
    {
        try
        {
            long start;
            for (long end = segment.File.Length; end > segment.Offset; end = start)
            {
                SegmentProperties properties = Read(segment.File, end, out start);
                if (start < segment.Offset + segment.Length && properties.Origin != origin)
                {
                    return true;
                }
            }
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            // Whatever comes before cannot be told from the end.
        }

        return false;
    }
}
