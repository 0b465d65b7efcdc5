using System.Buffers.Binary;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Wal;

/// <summary>The first page of a log file. See the chapter "Write-ahead log" of FORMAT.md.</summary>
/// <param name="Number">Number of the log, also in its name.</param>
/// <param name="Predecessor">Number of the log that was being written when this one was prepared; 0 if none.</param>
/// <param name="DatabaseId">The database it belongs to.</param>
/// <param name="Capacity">Bytes of the file.</param>
internal readonly record struct LogHeader(ulong Number, ulong Predecessor, Guid DatabaseId, long Capacity)
{
    /// <summary>Bytes of the page; the first record follows.</summary>
    public const int PageBytes = 4096;

    /// <summary>Offset of the durable watermark: in another sector than the fields before it, which are never rewritten.</summary>
    public const int WatermarkOffset = 512;

    public const uint FormatVersion = 1;

    private const ulong Magic = 0x4C57_746C_6173_6142; // "BasaltWL"
    private const int VersionOffset = 8;
    private const int ChecksumOffset = 12;
    private const int NumberOffset = 16;
    private const int PredecessorOffset = 24;
    private const int DatabaseIdOffset = 32;
    private const int CapacityOffset = 48;

    /// <summary>The fixed part of the log's checksums.</summary>
    public uint Seed => LogRecordFormat.Seed(DatabaseId, Number);

    /// <summary>The page of a log without records.</summary>
    public byte[] ToPage()
    {
        byte[] page = new byte[PageBytes];
        Span<byte> bytes = page;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[VersionOffset..], FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[NumberOffset..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[PredecessorOffset..], Predecessor);
        DatabaseId.TryWriteBytes(bytes[DatabaseIdOffset..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[CapacityOffset..], Capacity);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[WatermarkOffset..], DurableWatermark.Encode(Seed, PageBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], Checksum(page));
        return page;
    }

    /// <summary>Verifies a page and reads the header and the durable watermark from it.</summary>
    /// <exception cref="DatabaseException">Damage, or a newer format.</exception>
    public static (LogHeader Header, long Watermark) Read(ReadOnlySpan<byte> page, string path)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(page) != Magic)
        {
            throw DatabaseException.Damage("This is not a write-ahead log: its first 8 bytes are wrong.", path, 0);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(page[ChecksumOffset..]) != Checksum(page))
        {
            throw DatabaseException.Damage("The header page of the log does not match its checksum.", path, 0);
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(page[VersionOffset..]);
        if (version != FormatVersion)
        {
            throw new DatabaseException(
                DatabaseError.UnsupportedFormat,
                $"The log has format version {version}, this build reads version {FormatVersion}; open it with the build that wrote it.",
                path,
                VersionOffset);
        }

        var header = new LogHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(page[NumberOffset..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page[PredecessorOffset..]),
            new Guid(page.Slice(DatabaseIdOffset, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(page[CapacityOffset..]));
        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(page[WatermarkOffset..]);
        return DurableWatermark.TryDecode(header.Seed, word, out long watermark) && watermark >= PageBytes && watermark <= header.Capacity
            ? (header, watermark)
            : throw DatabaseException.Damage(
                "The durable watermark of the log does not match its checksum.", path, WatermarkOffset);
    }

    /// <summary>Covers the page but for the checksum itself and the watermark, which has its own.</summary>
    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint crc = Crc32C.Compute(page[..ChecksumOffset]);
        crc = Crc32C.Append(crc, page[(ChecksumOffset + sizeof(uint))..WatermarkOffset]);
        return Crc32C.Append(crc, page[(WatermarkOffset + DurableWatermark.Bytes)..PageBytes]);
    }
}
