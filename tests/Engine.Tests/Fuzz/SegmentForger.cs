using System.Buffers.Binary;
using Basalt.Engine.Checksums;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Fuzz;

/// <summary>Puts a segment together again after one of its parts was changed, with checksums and lengths that fit.</summary>
internal sealed class SegmentForger
{
    private const int ChecksumAt = 60;
    private const int MagicAt = 64;

    private readonly byte[][] _parts;
    private readonly byte[] _footer;

    public SegmentForger(CompressionKind compression)
    {
        var file = new MemoryFile();
        Metadata = SegmentFixture.Write(
            file, SegmentFixture.Numbered(200, versions: 2), new SegmentWriterOptions { BlockSize = 700, Compression = compression });
        byte[] whole = file.Bytes.ToArray();
        SegmentFooter footer = SegmentFooter.Read(new SegmentLocation(file, 0, file.Length));
        int data = (int)footer.DataLength, index = (int)footer.IndexOffset, properties = (int)footer.PropertiesOffset;
        int end = whole.Length - SegmentFormat.FooterLength;
        using SegmentReader reader = SegmentReader.Open(file, 0, Metadata, new BlockCache(0));
        _parts = [whole[..data], whole[data..index], whole[index..properties], whole[properties..end]];
        _footer = whole[end..];
    }

    /// <summary>What is known of the segment.</summary>
    public SegmentMetadata Metadata { get; }

    /// <summary>Data blocks, filter, index, properties, footer.</summary>
    public int PartCount => _parts.Length + 1;

    /// <summary>The bytes of a part without its checksum.</summary>
    public byte[] Part(int part) => part == _parts.Length ? _footer : part == 0 ? _parts[0] : _parts[part][..^SegmentFormat.ChecksumLength];

    /// <summary>The segment with another part. Of data blocks only the first is given its checksum.</summary>
    public (IReadableFile File, SegmentMetadata Metadata) With(int part, byte[] content)
    {
        byte[][] parts = [.. _parts];
        byte[] footer = [.. _footer];
        if (part == parts.Length)
        {
            footer = new byte[SegmentFormat.FooterLength];
            content.AsSpan(0, Math.Min(content.Length, footer.Length)).CopyTo(footer);
            _footer.AsSpan(MagicAt).CopyTo(footer.AsSpan(MagicAt));
        }
        else
        {
            parts[part] = part == 0 ? content : Sealed(content);
            for (int i = 0; i < parts.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(i * sizeof(long)), parts[i].Length);
            }

            BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(32), parts.Sum(next => (long)next.Length) + footer.Length);
        }

        uint checksum = Crc32C.Append(Crc32C.Compute(footer.AsSpan(0, ChecksumAt)), footer.AsSpan(MagicAt));
        BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(ChecksumAt), checksum);
        var file = new MemoryFile();
        file.Append([.. parts.SelectMany(next => next), .. footer]);
        return (file, Metadata with { Length = file.Length });
    }

    /// <summary>Bytes that end with their checksum.</summary>
    public static byte[] Sealed(byte[] content)
    {
        byte[] bytes = [.. content, .. new byte[SegmentFormat.ChecksumLength]];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(content.Length), Crc32C.Compute(content));
        return bytes;
    }
}
