using System.Runtime.CompilerServices;
using static Basalt.Engine.Compression.Lz4Format;

namespace Basalt.Engine.Compression;

/// <summary>
/// The LZ4 decoder. Its input may be damaged: every length and distance is checked against what is left of the source and of the
/// destination before a byte moves. Wide copies may scribble past the end of a piece, but only inside the destination, over bytes that
/// later pieces write again.
/// </summary>
internal static unsafe class Lz4Decoder
{
    private const int WideCopy = 16;

    /// <summary>Decodes so that the destination is filled exactly; false if the source is not such a block.</summary>
    public static bool TryDecode(byte* source, int sourceLength, byte* destination, int length)
    {
        byte* input = source;
        byte* inputEnd = source + sourceLength;
        byte* output = destination;
        byte* outputEnd = destination + length;
        while (input < inputEnd)
        {
            int token = *input++;
            nint count = token >> 4;
            if (count < LengthEscape && inputEnd - input >= WideCopy && outputEnd - output >= WideCopy)
            {
                // Sixteen bytes are readable and at most fourteen are literals, so the offset after them is readable too.
                Unsafe.CopyBlockUnaligned(output, input, WideCopy);
                input += count;
                output += count;
            }
            else
            {
                if (count == LengthEscape && !TryReadExtraLength(ref input, inputEnd, ref count))
                {
                    return false;
                }

                if (count > inputEnd - input || count > outputEnd - output)
                {
                    return false;
                }

                Unsafe.CopyBlockUnaligned(output, input, (uint)count);
                input += count;
                output += count;
                if (input == inputEnd)
                {
                    return output == outputEnd;
                }

                if (inputEnd - input < sizeof(ushort))
                {
                    return false;
                }
            }

            nint distance = input[0] | (input[1] << 8);
            input += sizeof(ushort);
            count = token & LengthEscape;
            if (distance == 0 || distance > output - destination)
            {
                return false;
            }

            if (count == LengthEscape && !TryReadExtraLength(ref input, inputEnd, ref count))
            {
                return false;
            }

            count += MinMatch;
            nint room = (nint)(outputEnd - output);
            if (count > room)
            {
                return false;
            }

            CopyMatch(output, distance, count, room);
            output += count;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadExtraLength(ref byte* input, byte* end, ref nint length)
    {
        int part;
        do
        {
            if (input == end)
            {
                return false;
            }

            part = *input++;
            length += part;
        }
        while (part == byte.MaxValue);
        return true;
    }

    /// <summary>Repeats what lies <paramref name="distance"/> back. Requires: <paramref name="count"/> bytes fit the <paramref name="room"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(byte* output, nint distance, nint count, nint room)
    {
        byte* end = output + count;
        if (room - count < WideCopy)
        {
            CopyMatchNarrow(output, distance, end);
        }
        else if (distance >= WideCopy)
        {
            do
            {
                Unsafe.CopyBlockUnaligned(output, output - distance, WideCopy);
                output += WideCopy;
            }
            while (output < end);
        }
        else
        {
            CopyOverlappingMatch(output, distance, end);
        }
    }

    /// <summary>
    /// Source and target overlap within one wide step: the first steps go byte by byte until a multiple of the distance, which repeats the same
    /// pattern, is wide enough. May write up to <see cref="WideCopy"/> - 1 bytes past the end.
    /// </summary>
    private static void CopyOverlappingMatch(byte* output, nint distance, byte* end)
    {
        if (distance == 1)
        {
            Unsafe.InitBlockUnaligned(output, output[-1], (uint)(end - output));
            return;
        }

        for (int i = 0; i < sizeof(ulong); i++)
        {
            output[i] = output[i - distance];
        }

        output += sizeof(ulong);
        nint step = distance;
        while (step < sizeof(ulong))
        {
            step += distance;
        }

        while (output < end)
        {
            Unsafe.WriteUnaligned(output, Unsafe.ReadUnaligned<ulong>(output - step));
            output += sizeof(ulong);
        }
    }

    /// <summary>Near the end of the destination nothing may be written past the match.</summary>
    private static void CopyMatchNarrow(byte* output, nint distance, byte* end)
    {
        if (distance >= end - output)
        {
            Unsafe.CopyBlockUnaligned(output, output - distance, (uint)(end - output));
            return;
        }

        for (; output < end; output++)
        {
            *output = *(output - distance);
        }
    }
}
