using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Checksums;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>
/// Builds the index: for each data block the shortest internal key that sorts after the block before and not after its own first
/// entry, and its stored length.
/// </summary>
/// <remarks>
/// A lower bound and not LevelDB's upper bound, because a lower bound can always be cut to one byte more than what the neighbours
/// share. If versions of one user key straddle two blocks, the bound is the immediate successor of the last entry before: a lookup
/// of any version then needs exactly one block.
/// </remarks>
internal sealed class IndexBuilder : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Data blocks so far.</summary>
    public long BlockCount { get; private set; }

    /// <summary>Begins the first block; it has no lower bound.</summary>
    public void BeginFirstBlock() => BeginBlock([], hasTrailer: false, 0);

    /// <summary>Begins a block between the last entry of the block before and its first key.</summary>
    /// <param name="lastKey">The last user key of the block before.</param>
    /// <param name="lastTrailer">Its trailer.</param>
    /// <param name="firstKey">The first user key of the block.</param>
    /// <param name="shared">The longest common prefix of both.</param>
    public void BeginBlock(ReadOnlySpan<byte> lastKey, ulong lastTrailer, ReadOnlySpan<byte> firstKey, int shared)
    {
        if (shared == firstKey.Length)
        {
            Debug.Assert(lastKey.SequenceEqual(firstKey) && lastTrailer > 0);
            BeginBlock(firstKey, hasTrailer: true, lastTrailer - 1);
        }
        else
        {
            BeginBlock(firstKey[..(shared + 1)], hasTrailer: false, 0);
        }
    }

    /// <summary>Ends the block begun last.</summary>
    /// <param name="storedLength">Its bytes in the segment, trailer included.</param>
    public void EndBlock(int storedLength)
    {
        Length += VarInt.Write(Reserve(VarInt.MaxLength32), (uint)storedLength);
        BlockCount++;
    }

    /// <summary>Ends the section with its checksum and returns it.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        uint checksum = Crc32C.Compute(_buffer.AsSpan(0, Length));
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(SegmentFormat.ChecksumLength), checksum);
        Length += SegmentFormat.ChecksumLength;
        return _buffer.AsSpan(0, Length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void BeginBlock(ReadOnlySpan<byte> bound, bool hasTrailer, ulong trailer)
    {
        Span<byte> destination = Reserve(VarInt.MaxLength32 + bound.Length + InternalKey.TrailerLength);
        int length = VarInt.Write(destination, ((uint)bound.Length << 1) | (hasTrailer ? 1u : 0u));
        bound.CopyTo(destination[length..]);
        length += bound.Length;
        if (hasTrailer)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[length..], trailer);
            length += InternalKey.TrailerLength;
        }

        Length += length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            if (Length + count > SegmentFormat.MaxSectionLength)
            {
                throw new DatabaseException(
                    DatabaseError.LimitExceeded, "The index of one segment would pass 1 GiB. Use larger blocks or smaller segments");
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, 2 * _buffer.Length));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Length);
    }
}
