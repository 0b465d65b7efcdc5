using System.Numerics;
using System.Runtime.CompilerServices;
using static Basalt.Engine.Compression.Lz4Format;

namespace Basalt.Engine.Compression;

/// <summary>
/// The greedy LZ4 matcher: a hash table remembers the last position of each short byte sequence, and the search strides faster the longer it
/// finds nothing. One instance per thread, so that the table is neither allocated nor shared.
/// </summary>
/// <remarks>
/// The table is never cleared between blocks. Positions are numbers that keep growing from one block to the next, with a gap of
/// more than the longest match distance, so whatever an earlier block left behind is simply too far away.
/// </remarks>
internal sealed unsafe class Lz4Encoder
{
    private const int HashBits = 12;

    /// <summary>Failed probes (as a power of two) after which the stride grows by one.</summary>
    private const int StrideShift = 6;

    private const int WideCopy = 16;
    private const uint BlockGap = MaxDistance + 1;

    [ThreadStatic]
    private static Lz4Encoder? _current;

    private readonly uint[] _positions = new uint[1 << HashBits];
    private uint _base = BlockGap;

    public static Lz4Encoder Current => _current ??= new Lz4Encoder();

    /// <summary>Encodes a block; 0 if it does not fit.</summary>
    public int Encode(byte* source, int length, byte* destination, int capacity)
    {
        if (uint.MaxValue - _base < (uint)length + BlockGap)
        {
            Array.Clear(_positions);
            _base = BlockGap;
        }

        uint origin = _base;
        _base += (uint)length + BlockGap;
        fixed (uint* positions = _positions)
        {
            return Encode(positions, origin, source, source + length, destination, destination + capacity);
        }
    }

    /// <param name="positions">Position by hash.</param>
    /// <param name="origin">The number of the first byte's position.</param>
    /// <param name="source">The first byte to encode.</param>
    /// <param name="end">After the last byte to encode.</param>
    /// <param name="destination">The first byte to write.</param>
    /// <param name="limit">After the last byte that may be written.</param>
    private static int Encode(uint* positions, uint origin, byte* source, byte* end, byte* destination, byte* limit)
    {
        byte* output = destination;
        byte* anchor = source;
        if (end - source > MatchStartMargin)
        {
            byte* lastStart = end - MatchStartMargin;
            byte* lastMatchEnd = end - TrailingLiterals;
            positions[Hash(source)] = origin;
            byte* input = source + 1;
            while (true)
            {
                uint distance = FindMatch(positions, origin, source, ref input, lastStart);
                if (distance == 0)
                {
                    break;
                }

                while (input > anchor && input - distance > source && input[-1] == input[-1 - (nint)distance])
                {
                    input--;
                }

                // Straight after a match another one is likely; it is tried before the search starts again.
                do
                {
                    byte* matchEnd = ExtendMatch(input + MinMatch, distance, lastMatchEnd);
                    output = WriteSequence(output, limit, anchor, input, end, distance, (nint)(matchEnd - input) - MinMatch);
                    if (output == null)
                    {
                        return 0;
                    }

                    input = anchor = matchEnd;
                    if (input > lastStart)
                    {
                        return WriteLastLiterals(output, limit, anchor, end, destination);
                    }

                    positions[Hash(input - 2)] = origin + (uint)(input - 2 - source);
                    distance = Probe(positions, origin, source, input);
                }
                while (distance != 0);
                input++;
            }
        }

        return WriteLastLiterals(output, limit, anchor, end, destination);
    }

    /// <summary>Moves to the next position with a match and returns its distance, or 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FindMatch(uint* positions, uint origin, byte* source, ref byte* input, byte* lastStart)
    {
        byte* candidate = input;
        for (uint probes = 1 << StrideShift; candidate <= lastStart; candidate += probes++ >> StrideShift)
        {
            uint distance = Probe(positions, origin, source, candidate);
            if (distance != 0)
            {
                input = candidate;
                return distance;
            }
        }

        return 0;
    }

    /// <summary>The distance to a match of at least <see cref="MinMatch"/> bytes, or 0; remembers the position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Probe(uint* positions, uint origin, byte* source, byte* input)
    {
        uint* slot = positions + Hash(input);
        uint position = origin + (uint)(input - source);
        uint distance = position - *slot;
        *slot = position;
        return distance <= MaxDistance && Read32(input - distance) == Read32(input) ? distance : 0;
    }

    /// <summary>
    /// Hashes five bytes: four find more short matches, but on text most of those cost more than they save.
    /// Requires: eight readable bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(byte* input) =>
        (uint)(((Unsafe.ReadUnaligned<ulong>(input) << 24) * 889_523_592_379UL) >> (64 - HashBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Read32(byte* input) => Unsafe.ReadUnaligned<uint>(input);

    /// <summary>The end of the match that continues at <paramref name="input"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* ExtendMatch(byte* input, uint distance, byte* limit)
    {
        while (limit - input >= sizeof(ulong))
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(input) ^ Unsafe.ReadUnaligned<ulong>(input - distance);
            if (difference != 0)
            {
                int equalBits = BitConverter.IsLittleEndian
                    ? BitOperations.TrailingZeroCount(difference)
                    : BitOperations.LeadingZeroCount(difference);
                return input + (equalBits / 8);
            }

            input += sizeof(ulong);
        }

        while (input < limit && *input == *(input - distance))
        {
            input++;
        }

        return input;
    }

    /// <summary>Writes literals and a match; null if they and the last sequence cannot fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteSequence(
        byte* output, byte* limit, byte* literals, byte* literalsEnd, byte* sourceEnd, uint distance, nint extraLength)
    {
        nint count = (nint)(literalsEnd - literals);

        // Rounded up by at most two bytes, and the last sequence takes six more in any case: a block that fits exactly is not refused.
        if (limit - output < count + (count / 255) + (extraLength / 255) + 5)
        {
            return null;
        }

        byte* token = output++;
        *token = (byte)(Math.Min(count, LengthEscape) << 4);
        output = WriteExtraLength(output, count);
        if (count <= WideCopy && limit - output >= WideCopy && sourceEnd - literals >= WideCopy)
        {
            Unsafe.CopyBlockUnaligned(output, literals, WideCopy);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(output, literals, (uint)count);
        }

        output += count;
        *output++ = (byte)distance;
        *output++ = (byte)(distance >> 8);
        *token |= (byte)Math.Min(extraLength, LengthEscape);
        return WriteExtraLength(output, extraLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteExtraLength(byte* output, nint length)
    {
        if (length >= LengthEscape)
        {
            for (length -= LengthEscape; length >= byte.MaxValue; length -= byte.MaxValue)
            {
                *output++ = byte.MaxValue;
            }

            *output++ = (byte)length;
        }

        return output;
    }

    private static int WriteLastLiterals(byte* output, byte* limit, byte* literals, byte* end, byte* destination)
    {
        nint count = (nint)(end - literals);
        nint lengthBytes = count < LengthEscape ? 0 : ((count - LengthEscape) / byte.MaxValue) + 1;
        if (limit - output < 1 + lengthBytes + count)
        {
            return 0;
        }

        *output++ = (byte)(Math.Min(count, LengthEscape) << 4);
        output = WriteExtraLength(output, count);
        Unsafe.CopyBlockUnaligned(output, literals, (uint)count);
        return (int)(output + count - destination);
    }
}
