using System.Runtime.CompilerServices;

namespace Basalt.Engine.Keys;

/// <summary>Unsigned LEB128: seven bits per byte, lowest first, high bit set on all but the last byte.</summary>
internal static class VarInt
{
    /// <summary>The most bytes a 32-bit value takes.</summary>
    public const int MaxLength32 = 5;

    /// <summary>The most bytes a 64-bit value takes.</summary>
    public const int MaxLength64 = 10;

    /// <summary>Bytes that <paramref name="value"/> takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthOf(ulong value) =>
        ((63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    /// <summary>Writes <paramref name="value"/> and returns the bytes taken. Requires: room for <see cref="LengthOf"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>
    /// Reads a value. Returns the bytes taken, or 0 if <paramref name="source"/> ends early or holds no canonical 64-bit number;
    /// input comes from disk, so this never throws.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TryRead(ReadOnlySpan<byte> source, out ulong value)
    {
        if (source.Length > 0 && source[0] < 0x80)
        {
            value = source[0];
            return 1;
        }

        return TryReadLong(source, out value);
    }

    /// <summary>Reads a value that must fit 32 bits; 0 if it does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TryRead(ReadOnlySpan<byte> source, out uint value)
    {
        int length = TryRead(source, out ulong wide);
        value = (uint)wide;
        return wide <= uint.MaxValue ? length : 0;
    }

    private static int TryReadLong(ReadOnlySpan<byte> source, out ulong value)
    {
        ulong result = 0;
        int limit = Math.Min(source.Length, MaxLength64);
        for (int i = 0; i < limit; i++)
        {
            byte b = source[i];
            if (i == MaxLength64 - 1 && b > 1)
            {
                break;
            }

            result |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                value = result;
                return i + 1;
            }
        }

        value = 0;
        return 0;
    }
}
