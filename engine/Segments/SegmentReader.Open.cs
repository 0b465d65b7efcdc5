using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

internal sealed unsafe partial class SegmentReader
{
    /// <summary>Opens a segment: reads and verifies footer, filter, index and properties.</summary>
    /// <param name="file">The file; it must outlive the reader.</param>
    /// <param name="offset">The segment's first byte in it.</param>
    /// <param name="metadata">What is known of the segment; it must agree with what the segment says of itself.</param>
    /// <param name="cache">The cache of its data blocks.</param>
    /// <exception cref="DatabaseException">
    /// <see cref="DatabaseError.Corruption"/>, <see cref="DatabaseError.UnsupportedFormat"/>, or reading failed.
    /// </exception>
    public static SegmentReader Open(IReadableFile file, long offset, SegmentMetadata metadata, BlockCache cache)
    {
        SegmentLocation segment = new(file, offset, metadata.Length);
        SegmentFooter footer = SegmentFooter.Read(segment);
        long sectionsLength = footer.FilterLength + footer.IndexLength + footer.PropertiesLength;
        byte* sections = (byte*)NativeMemory.AlignedAlloc((nuint)sectionsLength, BloomFilter.LineLength);
        SegmentIndex? index = null;
        try
        {
            ReadSections(segment, footer, sections);
            CheckFilter(segment, footer, sections);
            CheckProperties(segment, footer, sections, metadata);
            index = SegmentIndex.TryRead(
                sections + footer.FilterLength,
                (int)footer.IndexLength - SegmentFormat.ChecksumLength,
                footer.BlockCount,
                footer.DataLength) ?? throw segment.Corruption("the index is malformed", footer.IndexOffset);
            return new SegmentReader(segment, cache, sections, index, (int)footer.FilterLength);
        }
        catch
        {
            index?.Dispose();
            NativeMemory.AlignedFree(sections);
            throw;
        }
    }

    private static void ReadSections(in SegmentLocation segment, in SegmentFooter footer, byte* sections)
    {
        ReadSection(segment, "filter", footer.DataLength, new Span<byte>(sections, (int)footer.FilterLength));
        sections += footer.FilterLength;
        ReadSection(segment, "index", footer.IndexOffset, new Span<byte>(sections, (int)footer.IndexLength));
        sections += footer.IndexLength;
        ReadSection(segment, "property section", footer.PropertiesOffset, new Span<byte>(sections, (int)footer.PropertiesLength));
    }

    private static void ReadSection(in SegmentLocation segment, string name, long offset, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        int end = destination.Length - SegmentFormat.ChecksumLength;
        segment.ReadExactly(destination, offset);
        if (end < 0 || BinaryPrimitives.ReadUInt32LittleEndian(destination[end..]) != Crc32C.Compute(destination[..end]))
        {
            throw segment.Corruption($"the {name} does not match its checksum", offset);
        }
    }

    private static void CheckFilter(in SegmentLocation segment, in SegmentFooter footer, byte* sections)
    {
        if (footer.FilterLength == 0)
        {
            return;
        }

        long linesLength = footer.FilterLength - 1 - SegmentFormat.ChecksumLength;
        if (linesLength <= 0 || linesLength % BloomFilter.LineLength != 0 || sections[linesLength] == 0)
        {
            throw segment.Corruption($"a filter section of {footer.FilterLength} bytes is malformed", footer.DataLength);
        }
    }

    private static void CheckProperties(
        in SegmentLocation segment, in SegmentFooter footer, byte* sections, SegmentMetadata metadata)
    {
        ReadOnlySpan<byte> source = new(
            sections + footer.FilterLength + footer.IndexLength, (int)footer.PropertiesLength - SegmentFormat.ChecksumLength);
        SegmentProperties properties = SegmentProperties.TryRead(source)
            ?? throw segment.Corruption("the properties are malformed", footer.PropertiesOffset);
        if (properties.Origin != metadata.Origin
            || properties.EntryCount != metadata.EntryCount
            || footer.EntryCount != metadata.EntryCount)
        {
            throw segment.Corruption(
                $"this is segment {properties.Origin} with {properties.EntryCount} entries, "
                + $"not {metadata.Origin} with {metadata.EntryCount}",
                footer.PropertiesOffset);
        }

        if (!properties.AgreeWith(metadata))
        {
            // Reads trust the metadata: with a wrong key range they would miss keys and say nothing.
            throw segment.Corruption("key range, sequence numbers or counts are not the ones that are known of it", footer.PropertiesOffset);
        }
    }
}
