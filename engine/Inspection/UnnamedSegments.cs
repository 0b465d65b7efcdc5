using System.Buffers.Binary;
using Basalt.Engine.Checksums;
using Basalt.Engine.Files;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Describes the segments of a file that no manifest names, by what they say of themselves. That is all but the keyspace, which only the
/// manifest knows.
/// </summary>
internal static class UnnamedSegments
{
    private const int LengthOffset = 32;

    /// <summary>One loss for each segment that can be told; one without a range for what cannot.</summary>
    public static IEnumerable<Loss> Describe(IFileSystem files, string directory, ulong number)
    {
        List<Loss> losses = [];
        string name = FileNames.Segment(number);
        long end = 0;
        try
        {
            using IReadableFile file = files.OpenRead(Path.Combine(directory, name));
            for (end = file.Length; end > 0;)
            {
                end = Describe(file, end, name, losses);
            }
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            losses.Add(new Loss { Reason = $"What '{name}' holds before offset {end} cannot be told, and no edit that can be read names it." });
        }

        return losses;
    }

    /// <summary>Describes the segment that ends at an offset and returns where it begins.</summary>
    private static long Describe(IReadableFile file, long end, string name, List<Loss> losses)
    {
        byte[] tail = new byte[SegmentFormat.FooterLength];
        file.ReadExactly(tail, Math.Max(end - tail.Length, 0));
        long length = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(LengthOffset));
        if (length <= 0 || length > end)
        {
            throw DatabaseException.Corruption("No footer of a segment ends here.", file.Path, end);
        }

        SegmentLocation segment = new(file, end - length, length);
        SegmentFooter footer = SegmentFooter.Read(segment);
        byte[] section = new byte[footer.PropertiesLength];
        segment.ReadExactly(section, footer.PropertiesOffset);
        Span<byte> content = section.AsSpan(0, section.Length - SegmentFormat.ChecksumLength);
        SegmentProperties? properties = BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(content.Length)) == Crc32C.Compute(content)
            ? SegmentProperties.TryRead(content)
            : null;
        if (properties is null)
        {
            throw segment.Corruption("the properties are damaged", footer.PropertiesOffset);
        }

        losses.Add(new Loss
        {
            Reason = $"A segment in '{name}' is named by no edit that can be read; which keyspace it belongs to, if any still, is not known.",
            SmallestKey = properties.SmallestKey,
            LargestKey = properties.LargestKey,
            Entries = properties.EntryCount,
            SmallestSequence = properties.SmallestSequence,
            LargestSequence = properties.LargestSequence,
        });
        return segment.Offset;
    }
}
