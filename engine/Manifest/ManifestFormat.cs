using System.Buffers.Binary;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Manifest;

/// <summary>
/// Bytes of a manifest: a file header with a durable watermark, then records. A record is a header of 12 bytes (payload length, CRC32C of the payload, CRC32C
/// of these two and the record's offset), the payload, and an end mark that is never zero.
/// </summary>
/// <remarks>
/// The header has a checksum of its own, because a damaged length must not look like a record that the end of the file cut short. The
/// end mark tells a record that never fully reached the disk (its tail reads as zeros) from one that was damaged later.
/// </remarks>
internal static class ManifestFormat
{
    public const uint Version = 1;
    public const int FileHeaderLength = WatermarkOffset + DurableWatermark.Bytes;
    public const int WatermarkOffset = 32;
    public const int RecordHeaderLength = 12;
    public const byte EndMark = 0xB5;

    private static ReadOnlySpan<byte> Magic => "BSLTMANI"u8;

    public static byte[] FileHeader(Guid databaseId)
    {
        byte[] header = new byte[FileHeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        databaseId.TryWriteBytes(header.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Crc32C.Compute(header.AsSpan(0, 28)));
        WriteWatermark(header.AsSpan(WatermarkOffset), databaseId, FileHeaderLength);
        return header;
    }

    /// <summary>The word that says up to where everything was synced.</summary>
    public static void WriteWatermark(Span<byte> destination, Guid databaseId, long offset) =>
        BinaryPrimitives.WriteUInt64LittleEndian(destination, DurableWatermark.Encode(Seed(databaseId), offset));

    public static (Guid DatabaseId, long Watermark) ReadFileHeader(ReadOnlySpan<byte> file, string path)
    {
        Guid databaseId = ReadDatabaseId(file, path);
        return (databaseId, ReadWatermark(file, databaseId, path));
    }

    /// <summary>Verifies the header without its watermark.</summary>
    public static Guid ReadDatabaseId(ReadOnlySpan<byte> file, string path)
    {
        if (file.Length < FileHeaderLength || !file[..8].SequenceEqual(Magic))
        {
            throw DatabaseException.Damage("The manifest does not begin with its magic number.", path, 0);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(file[28..]) != Crc32C.Compute(file[..28]))
        {
            throw DatabaseException.Damage("The manifest's header does not match its checksum.", path, 0);
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (version != Version)
        {
            throw new DatabaseException(
                DatabaseError.UnsupportedFormat, $"The manifest has format {version}; this build reads format {Version}.", path);
        }

        return new Guid(file.Slice(12, 16));
    }

    public static long ReadWatermark(ReadOnlySpan<byte> file, Guid databaseId, string path)
    {
        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(file[WatermarkOffset..]);
        return DurableWatermark.TryDecode(Seed(databaseId), word, out long watermark) && watermark >= FileHeaderLength
            ? watermark
            : throw DatabaseException.Damage(
                "The durable watermark of the manifest does not match its checksum.", path, WatermarkOffset);
    }

    public static byte[] Record(ReadOnlySpan<byte> payload, long offset)
    {
        byte[] record = new byte[RecordHeaderLength + payload.Length + 1];
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc32C.Compute(payload));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), HeaderChecksum(record.AsSpan(0, 8), offset));
        payload.CopyTo(record.AsSpan(RecordHeaderLength));
        record[^1] = EndMark;
        return record;
    }

    public static uint HeaderChecksum(ReadOnlySpan<byte> lengthAndChecksum, long offset)
    {
        Span<byte> position = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(position, offset);
        return Crc32C.Append(Crc32C.Compute(lengthAndChecksum), position);
    }

    private static uint Seed(Guid databaseId) => Crc32C.Compute(databaseId.ToByteArray());
}
