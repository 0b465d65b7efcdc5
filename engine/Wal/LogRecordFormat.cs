using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Wal;

/// <summary>
/// The bytes of one record: CRC-32C (4), payload length (4), type (1), payload, zeros up to a multiple of 8. The checksum also covers
/// the database id, the log number and the record's offset, none of which is stored: what a recycled file held before, and a record that
/// ended up at a wrong place, can never be taken for a record of this log.
/// </summary>
internal static class LogRecordFormat
{
    /// <summary>Bytes in front of the payload.</summary>
    public const int HeaderBytes = 9;

    /// <summary>Records start at multiples of this.</summary>
    public const int Alignment = 8;

    /// <summary>
    /// Zeros written behind the last record and overwritten by the next. In a recycled file they make the end of the records look like
    /// the end of those of a fresh file, so that a reader can tell a clean end from a torn record.
    /// </summary>
    public const int TerminatorBytes = 16;

    /// <summary>Bytes of a whole <see cref="LogRecordType.Seal"/> record.</summary>
    public const int SealBytes = 24;

    /// <summary>Bytes of the largest payload.</summary>
    public const int MaxPayloadBytes = 1 << 30;

    private const int LengthOffset = 4;
    private const int TypeOffset = 8;

    /// <summary>Bytes that a record takes in the file.</summary>
    public static long SizeOf(long payloadLength) => (HeaderBytes + payloadLength + Alignment - 1) & ~(Alignment - 1L);

    /// <summary>The part of every checksum in a log that does not change from record to record.</summary>
    public static uint Seed(Guid databaseId, ulong logNumber)
    {
        Span<byte> identity = stackalloc byte[24];
        databaseId.TryWriteBytes(identity, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(identity[16..], logNumber);
        return Crc32C.Compute(identity);
    }

    /// <summary>Writes a record whose payload comes in two parts, and the terminator behind it.</summary>
    public static unsafe void Write(
        byte* destination, uint seed, long offset, LogRecordType type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        int length = head.Length + body.Length;
        long end = SizeOf(length);
        byte* payload = destination + HeaderBytes;
        byte* padding = payload + length;

        // The first header goes last: a process that is killed on the way leaves the terminator of the record before in its place.
        NativeMemory.Clear(padding, (nuint)(destination + end + TerminatorBytes - padding));
        head.CopyTo(new Span<byte>(payload, head.Length));
        body.CopyTo(new Span<byte>(payload + head.Length, body.Length));
        uint checksum = Checksum(seed, offset, type, new ReadOnlySpan<byte>(payload, length));
        var header = new Span<byte>(destination, HeaderBytes);
        header[TypeOffset] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(header[LengthOffset..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(header, checksum);
    }

    /// <summary>Reads the payload length that a header claims: negative if no record of this format can start so.</summary>
    public static int ClaimedLength(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[LengthOffset..]);
        return (LogRecordType)header[TypeOffset] switch
        {
            LogRecordType.Batch when length <= MaxPayloadBytes => length,
            LogRecordType.Seal when length == sizeof(ulong) => length,
            _ => -1,
        };
    }

    /// <summary>Verifies a whole record, padding included.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> record, uint seed, long offset, out LogRecordType type, out ReadOnlySpan<byte> payload)
    {
        type = (LogRecordType)record[TypeOffset];
        payload = record.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(record[LengthOffset..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == Checksum(seed, offset, type, payload)
            && record[(HeaderBytes + payload.Length)..].IndexOfAnyExcept((byte)0) < 0;
    }

    [SkipLocalsInit]
    private static uint Checksum(uint seed, long offset, LogRecordType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> prefix = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, offset);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], (int)type);
        return Crc32C.Append(Crc32C.Append(seed, prefix), payload);
    }
}
