namespace Basalt.Engine.Segments;

/// <summary>The numbers of the segment format. They are on disk: see the chapter "Segment files" of FORMAT.md before touching one.</summary>
internal static class SegmentFormat
{
    /// <summary>The last eight bytes of a segment, "BASALTSG" in ASCII, read as a little-endian number.</summary>
    public const ulong Magic = 0x4753_544C_4153_4142;

    /// <summary>The format that this build writes, and the only one that it reads.</summary>
    public const uint Version = 1;

    /// <summary>Bytes of the footer.</summary>
    public const int FooterLength = 72;

    /// <summary>Bytes after a block's stored bytes: codec and CRC32C.</summary>
    public const int BlockTrailerLength = 1 + ChecksumLength;

    /// <summary>Bytes of the CRC32C that ends filter, index and properties.</summary>
    public const int ChecksumLength = sizeof(uint);

    /// <summary>Bytes before the payload of a compressed block: its length before compression.</summary>
    public const int RawLengthPrefix = sizeof(uint);

    /// <summary>Entries from one restart point of a data block to the next.</summary>
    public const int RestartInterval = 16;

    /// <summary>The longest user key in bytes.</summary>
    public const int MaxKeyLength = ushort.MaxValue;

    /// <summary>The longest value in bytes.</summary>
    public const int MaxValueLength = 256 << 20;

    /// <summary>An upper bound of a data block before compression: the longest entry with its header and restart array.</summary>
    public const int MaxBlockLength = MaxValueLength + MaxKeyLength + 64;

    /// <summary>An upper bound of the filter and of the index section, so that each can be addressed by an <see cref="int"/>.</summary>
    public const int MaxSectionLength = 1 << 30;
}
