using System.Buffers.Binary;
using Basalt.Engine.Checksums;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Inspection;

/// <summary>Finds where a data block ends when no index says so: where its checksum follows its bytes.</summary>
internal sealed class BlockSearch(SegmentLocation segment)
{
    private const int ChunkBytes = 64 << 10;
    private const int LargestCodec = (int)CompressionKind.Lz4;

    private readonly byte[] _chunk = new byte[ChunkBytes];
    private long _chunkStart;
    private int _chunkLength;

    /// <summary>
    /// The stored length of the block that begins at an offset: the shortest above <paramref name="longerThan"/> for which codec and checksum
    /// are plausible. 0 if there is none before the limit.
    /// </summary>
    public int FindEnd(long start, long limit, int longerThan)
    {
        long end = Math.Min(limit, start + SegmentFormat.MaxBlockLength + SegmentFormat.RawLengthPrefix + SegmentFormat.BlockTrailerLength);
        uint crc = 0;
        byte last = byte.MaxValue;
        Span<byte> next = stackalloc byte[1];
        for (long at = start; at + SegmentFormat.ChecksumLength <= end; at++)
        {
            ReadOnlySpan<byte> window = Window(at, end);
            long length = at - start + SegmentFormat.ChecksumLength;
            if (last <= LargestCodec
                && length > Math.Max(longerThan, SegmentFormat.BlockTrailerLength)
                && BinaryPrimitives.ReadUInt32LittleEndian(window) == crc)
            {
                return (int)length;
            }

            last = window[0];
            next[0] = last;
            crc = Crc32C.Append(crc, next);
        }

        return 0;
    }

    /// <summary>At least four bytes from an offset on.</summary>
    private ReadOnlySpan<byte> Window(long at, long end)
    {
        if (at < _chunkStart || at + SegmentFormat.ChecksumLength > _chunkStart + _chunkLength)
        {
            int length = (int)Math.Min(ChunkBytes, end - at);
            segment.ReadExactly(_chunk.AsSpan(0, length), at);
            (_chunkStart, _chunkLength) = (at, length);
        }

        return _chunk.AsSpan((int)(at - _chunkStart), SegmentFormat.ChecksumLength);
    }
}
