using System.Buffers.Binary;

namespace Basalt.Engine.Checksums;

/// <summary>
/// One word in the header of a log or a manifest: the offset below which everything was synced. The low 40 bits are the offset, the high
/// 24 bits are the low bits of a checksum over the file's identity and the offset.
/// </summary>
/// <remarks>
/// It is replaced by one 8-byte store after each successful sync, and not synced itself: after the process was killed it is exact, after a
/// power loss it is at most one sync behind. It never runs ahead, so what does not verify below it is damage and not a torn tail.
/// </remarks>
internal static class DurableWatermark
{
    /// <summary>Bytes of the word.</summary>
    public const int Bytes = 8;

    /// <summary>Offsets a watermark can express, and with them the size of a file.</summary>
    public const long MaxOffset = (1L << OffsetBits) - 1;

    private const int OffsetBits = 40;

    public static ulong Encode(uint seed, long offset) => (Check(seed, offset) << OffsetBits) | (ulong)offset;

    public static bool TryDecode(uint seed, ulong word, out long offset)
    {
        offset = (long)(word & MaxOffset);
        return word == Encode(seed, offset);
    }

    private static ulong Check(uint seed, long offset)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, offset);
        return Crc32C.Append(seed, bytes) & 0xFF_FFFF;
    }
}
