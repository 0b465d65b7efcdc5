using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>
/// The index of an open segment, searched where it lies. Beside the stored lower bounds it keeps, for each block, the eight
/// bytes of the bound after what all bounds have in common: most steps of a search compare two numbers and touch no key.
/// </summary>
/// <remarks>
/// One flat level: 64 MiB of 4-KiB blocks have 16,000 bounds, about 20 bytes each in memory beside the stored ones. A second level
/// would save memory only for segments of many GiB and cost a cache miss for all.
/// </remarks>
internal sealed unsafe class SegmentIndex : IDisposable
{
    private readonly byte* _section;
    private readonly int _sectionLength;
    private readonly int _count;
    private byte* _memory;
    private long* _offsets;
    private ulong* _heads;
    private int* _bounds;
    private int _prefixLength;

    private SegmentIndex(byte* section, int sectionLength, int count)
    {
        _section = section;
        _sectionLength = sectionLength;
        _count = count;
        _memory = (byte*)NativeMemory.AlignedAlloc((((nuint)count * 20) + 8 + 63) & ~(nuint)63, 64);
        _heads = (ulong*)_memory;
        _offsets = (long*)(_heads + count);
        _bounds = (int*)(_offsets + count + 1);
    }

    /// <summary>Data blocks.</summary>
    public int BlockCount => _count;

    /// <summary>
    /// Reads an index whose checksum was verified and checks that it is one: bounds ascend, blocks fill the data exactly.
    /// </summary>
    /// <param name="section">The section without its checksum, in memory that outlives the index.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="blockCount">Blocks according to the footer.</param>
    /// <param name="dataLength">Bytes of all blocks according to the footer.</param>
    /// <returns>The index, or null if it is malformed.</returns>
    public static SegmentIndex? TryRead(byte* section, int length, long blockCount, long dataLength)
    {
        // Each entry takes two bytes at least, so a count that fits the section also bounds the memory for it.
        if (blockCount < 1 || blockCount > length / 2)
        {
            return null;
        }

        SegmentIndex index = new(section, length, (int)blockCount);
        if (index.TryReadEntries(dataLength))
        {
            index.ReadHeads();
            return index;
        }

        index.Dispose();
        return null;
    }

    /// <summary>The first byte of a block in the segment; <see cref="BlockCount"/> gives the end of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long OffsetOf(int block)
    {
        Debug.Assert(block >= 0 && block <= _count);
        return _offsets[block];
    }

    /// <summary>Stored bytes of a block, its trailer included.</summary>
    public int LengthOf(int block) => (int)(OffsetOf(block + 1) - OffsetOf(block));

    /// <summary>
    /// The block where the first entry not before the target is, or would be: the last one whose lower bound is not after the target.
    /// If that block has no such entry, it is the first one of the next block, and of another user key.
    /// </summary>
    public int Find(ReadOnlySpan<byte> key, ulong trailer)
    {
        int prefixLength = _prefixLength;
        if (prefixLength > 0)
        {
            // All bounds but the first, which is below everything, start with these bytes.
            ReadOnlySpan<byte> prefix = BoundOf(1, out _)[..prefixLength];
            if (!key.StartsWith(prefix))
            {
                return key.SequenceCompareTo(prefix) < 0 ? 0 : _count - 1;
            }
        }

        ulong head = HeadOf(key[prefixLength..]);
        int low = 1;
        int high = _count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            ulong other = _heads[middle];
            if (other != head ? other < head : CompareBound(middle, key, trailer) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _heads = null;
        _offsets = null;
        _bounds = null;
    }

    // The first eight bytes as a number that sorts like them; a shorter key is filled with zeros, and ties are settled by the keys.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HeadOf(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        }

        ulong head = 0;
        for (int i = 0; i < key.Length; i++)
        {
            head |= (ulong)key[i] << (56 - (8 * i));
        }

        return head;
    }

    private bool TryReadEntries(long dataLength)
    {
        ReadOnlySpan<byte> entries = new(_section, _sectionLength);
        ReadOnlySpan<byte> lastBound = default;
        ulong lastTrailer = 0;
        int position = 0;
        long offset = 0;
        for (int i = 0; i < _count; i++)
        {
            int headerLength = VarInt.TryRead(entries[position..], out uint header);
            long boundEnd = (long)position + headerLength + (header >> 1) + ((header & 1) != 0 ? InternalKey.TrailerLength : 0);
            if (headerLength == 0 || header >> 1 > SegmentFormat.MaxKeyLength || boundEnd > entries.Length)
            {
                return false;
            }

            _bounds[i] = position;
            _offsets[i] = offset;
            ReadOnlySpan<byte> bound = BoundOf(i, out ulong trailer);
            bool isAscending = i == 0
                ? header == 0
                : InternalKey.Compare(lastBound, lastTrailer, bound, trailer) < 0;
            int lengthLength = VarInt.TryRead(entries[(int)boundEnd..], out uint storedLength);
            if (!isAscending || lengthLength == 0 || storedLength <= SegmentFormat.BlockTrailerLength
                || storedLength > SegmentFormat.MaxBlockLength + SegmentFormat.RawLengthPrefix + SegmentFormat.BlockTrailerLength
                || storedLength > dataLength - offset)
            {
                return false;
            }

            lastBound = bound;
            lastTrailer = trailer;
            offset += storedLength;
            position = (int)boundEnd + lengthLength;
        }

        _offsets[_count] = offset;
        return position == entries.Length && offset == dataLength;
    }

    private void ReadHeads()
    {
        _prefixLength = _count > 1 ? BoundOf(1, out _).CommonPrefixLength(BoundOf(_count - 1, out _)) : 0;
        _heads[0] = 0;
        for (int i = 1; i < _count; i++)
        {
            _heads[i] = HeadOf(BoundOf(i, out _)[_prefixLength..]);
        }
    }

    private int CompareBound(int block, ReadOnlySpan<byte> key, ulong trailer)
    {
        ReadOnlySpan<byte> bound = BoundOf(block, out ulong boundTrailer);
        return InternalKey.Compare(bound, boundTrailer, key, trailer);
    }

    private ReadOnlySpan<byte> BoundOf(int block, out ulong trailer)
    {
        int position = _bounds[block];
        int headerLength = VarInt.TryRead(new ReadOnlySpan<byte>(_section + position, _sectionLength - position), out uint header);
        ReadOnlySpan<byte> bound = new(_section + position + headerLength, (int)(header >> 1));
        trailer = (header & 1) == 0
            ? InternalKey.NewestTrailer
            : BinaryPrimitives.ReadUInt64LittleEndian(
                new ReadOnlySpan<byte>(_section + position + headerLength + bound.Length, InternalKey.TrailerLength));
        return bound;
    }
}
