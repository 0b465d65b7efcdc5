using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>One entry of a data block that passed <see cref="DataBlock.TryParse"/>, pointing into it.</summary>
internal readonly unsafe struct DataBlockEntry
{
    private DataBlockEntry(byte* body, uint shared, uint suffixLength, uint valueLength)
    {
        Trailer = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(body, InternalKey.TrailerLength));
        SuffixStart = body + InternalKey.TrailerLength;
        SharedLength = (int)shared;
        SuffixLength = (int)suffixLength;
        ValueLength = (int)valueLength;
    }

    /// <summary>Bytes of the key that are those of the entry before.</summary>
    public int SharedLength { get; }

    /// <summary>Bytes of the key that follow.</summary>
    public int SuffixLength { get; }

    /// <summary>Bytes of the value.</summary>
    public int ValueLength { get; }

    /// <summary>Sequence number and kind.</summary>
    public ulong Trailer { get; }

    /// <summary>The rest of the key.</summary>
    public byte* SuffixStart { get; }

    /// <summary>The rest of the key.</summary>
    public ReadOnlySpan<byte> Suffix => new(SuffixStart, SuffixLength);

    /// <summary>The value.</summary>
    public byte* ValueStart => SuffixStart + SuffixLength;

    /// <summary>The entry after this one, or the end of the entries.</summary>
    public byte* Next => ValueStart + ValueLength;

    /// <summary>Decodes the entry at a position inside the entries of a parsed block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DataBlockEntry Decode(byte* position)
    {
        // Trailer and restart array follow the lengths, so four bytes can always be read. Mostly each length takes one byte.
        uint head = Unsafe.ReadUnaligned<uint>(position);
        return BitConverter.IsLittleEndian && (head & 0x808080) == 0
            ? new DataBlockEntry(position + 3, (byte)head, (byte)(head >> 8), (byte)(head >> 16))
            : DecodeLong(position);
    }

    private static DataBlockEntry DecodeLong(byte* position)
    {
        uint shared = ReadVarInt(ref position);
        uint suffixLength = ReadVarInt(ref position);
        uint valueLength = ReadVarInt(ref position);
        return new DataBlockEntry(position, shared, suffixLength, valueLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadVarInt(ref byte* position)
    {
        uint value = *position++;
        if (value >= 0x80)
        {
            value &= 0x7F;
            int shift = 7;
            uint next;
            do
            {
                next = *position++;
                value |= (next & 0x7F) << shift;
                shift += 7;
            }
            while (next >= 0x80);
        }

        return value;
    }
}
