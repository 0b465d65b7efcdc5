using System.Runtime.CompilerServices;

namespace Basalt.Engine.Checksums;

/// <summary>
/// Checksums as polynomials over GF(2) modulo the Castagnoli polynomial, bit-reflected: bit 31 is the coefficient of x^0. Appending n
/// bytes multiplies what came before by x^(8n).
/// </summary>
internal static partial class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private const uint One = 1U << 31;
    private const int ByteValues = 256;

    /// <summary>
    /// The checksum of two adjoining pieces, from the checksum <paramref name="first"/> of the one, <paramref name="second"/> of the other
    /// and the length of the other in bytes. Takes 32 steps per set bit of the length, whatever the data.
    /// </summary>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        return Multiply(PowerOfX8(secondLength), first) ^ second;
    }

    /// <summary>The product of two polynomials.</summary>
    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (uint term = One; term != 0; term >>= 1)
        {
            if ((left & term) != 0)
            {
                product ^= right;
            }

            right = (right >> 1) ^ ((right & 1) != 0 ? Polynomial : 0);
        }

        return product;
    }

    /// <summary>x^(8n), by repeated squaring.</summary>
    private static uint PowerOfX8(long n)
    {
        uint power = One;
        uint square = One >> 8;
        for (; n != 0; n >>= 1)
        {
            if ((n & 1) != 0)
            {
                power = Multiply(square, power);
            }

            square = Multiply(square, square);
        }

        return power;
    }

    /// <summary>Products of x^(8 x lane) with each value of each of the four bytes of a state.</summary>
    private static uint[] BuildShiftTable(int lane)
    {
        uint power = PowerOfX8(lane);
        uint[] table = new uint[sizeof(uint) * ByteValues];
        for (int i = 0; i < table.Length; i++)
        {
            uint value = (uint)(i % ByteValues) << (8 * (i / ByteValues));
            table[i] = Multiply(power, value);
        }

        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Shift(uint[] table, uint state) =>
        table[(byte)state]
        ^ table[ByteValues + (byte)(state >> 8)]
        ^ table[(2 * ByteValues) + (byte)(state >> 16)]
        ^ table[(3 * ByteValues) + (int)(state >> 24)];
}
