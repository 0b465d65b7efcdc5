using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Basalt.Backup.Checksums;

/// <summary>CRC-32C (Castagnoli), as object stores and the engine use it.</summary>
internal static class Crc32C
{
    private const uint ReflectedPolynomial = 0x82F63B78;

    /// <summary>x to the power of 0, in the reflected representation where the highest bit is the lowest power.</summary>
    private const uint One = 1u << 31;

    private const int MaskRotation = 15;
    private const uint MaskDelta = 0xA282EAD8;

    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The CRC of the bytes that gave <paramref name="crc"/> followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte tail in data[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, tail);
        }

        return ~state;
    }

    /// <summary>
    /// The CRC of two byte strings in a row from the CRC of each: the first times x^(8 n) modulo the polynomial, plus the second. After
    /// Mark Adler's <c>crc32_combine</c> in zlib.
    /// </summary>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        uint power = One;
        uint square = One >> 8;
        for (long rest = secondLength; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                power = Multiply(power, square);
            }

            square = Multiply(square, square);
        }

        return Multiply(power, first) ^ second;
    }

    /// <summary>
    /// A CRC as it is stored behind the bytes that it covers. Bytes that end in their own plain CRC all have one and the same CRC, so
    /// the CRC of the whole would tell no two objects apart. Rotation and constant are LevelDB's.
    /// </summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, MaskRotation) + MaskDelta;

    /// <summary>Reverts <see cref="Mask"/>.</summary>
    public static uint Unmask(uint masked) => BitOperations.RotateLeft(masked - MaskDelta, MaskRotation);

    /// <summary>As object stores write it: base64 of the four bytes, the highest first.</summary>
    public static string ToBase64(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }

    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (uint bit = One; bit != 0; bit >>= 1)
        {
            if ((left & bit) != 0)
            {
                product ^= right;
            }

            right = (right & 1) != 0 ? (right >> 1) ^ ReflectedPolynomial : right >> 1;
        }

        return product;
    }
}
