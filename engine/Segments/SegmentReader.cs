using System.Buffers;
using System.Runtime.InteropServices;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>
/// An open segment. Index and filter are held in native memory, data blocks come through the cache. Any number of threads may read
/// at once; <see cref="Dispose"/> requires that none does any more and that all iterators are disposed. It does not dispose the file.
/// </summary>
internal sealed unsafe partial class SegmentReader : IDisposable
{
    private readonly SegmentLocation _segment;
    private readonly BlockCache _cache;
    private readonly ulong _readerId = BlockCache.NextReaderId();
    private readonly SegmentIndex _index;
    private readonly uint _filterLineCount;
    private readonly int _filterProbes;

    // Filter, index section and properties as they are on disk; the filter first, so that its lines are cache lines.
    private byte* _sections;

    private SegmentReader(in SegmentLocation segment, BlockCache cache, byte* sections, SegmentIndex index, int filterLength)
    {
        _segment = segment;
        _cache = cache;
        _sections = sections;
        _index = index;
        if (filterLength > 0)
        {
            int linesLength = filterLength - 1 - SegmentFormat.ChecksumLength;
            _filterLineCount = (uint)(linesLength / BloomFilter.LineLength);
            _filterProbes = sections[linesLength];
        }
    }

    /// <summary>Data blocks.</summary>
    public int BlockCount => _index.BlockCount;

    /// <summary>
    /// Looks up the newest version of a key not newer than <paramref name="sequence"/>. Allocates nothing if the block is cached.
    /// </summary>
    /// <param name="key">The user key.</param>
    /// <param name="sequence">The newest sequence number to see.</param>
    /// <param name="value">Set only if the result is <see cref="LookupResult.Found"/>; the caller then releases it.</param>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>, or reading failed.</exception>
    public LookupResult TryGet(ReadOnlySpan<byte> key, ulong sequence, ref PinnedValue value)
    {
        if (!MayContain(key))
        {
            return LookupResult.NotFound;
        }

        ulong trailer = InternalKey.SeekTrailer(sequence);
        int index = _index.Find(key, trailer);
        CachedBlock block = AcquireBlock(index);
        if (block.Contents.TryFind(key, trailer, out DataBlockEntry entry))
        {
            switch (InternalKey.KindOf(entry.Trailer))
            {
                case ValueKind.Put:
                    value.Set(entry.ValueStart, entry.ValueLength, block);
                    return LookupResult.Found;
                case ValueKind.Delete:
                    block.Release();
                    return LookupResult.Deleted;
                default:
                    block.Release();
                    throw _segment.Corruption($"an entry has the unknown kind {(byte)entry.Trailer}", _index.OffsetOf(index));
            }
        }

        block.Release();
        return LookupResult.NotFound;
    }

    /// <summary>Whether the segment may hold any version of a key; false is certain.</summary>
    public bool MayContain(ReadOnlySpan<byte> key) =>
        _filterLineCount == 0 || BloomFilter.MayContain(_sections, _filterLineCount, _filterProbes, BloomFilter.Hash(key));

    /// <summary>A cursor over all entries.</summary>
    /// <param name="fillCache">
    /// False for compaction and scans of cold data: blocks are read ahead in large pieces, past the cache.
    /// </param>
    public InternalIterator CreateIterator(bool fillCache) =>
        new SegmentIterator(this, _index, fillCache ? null : new BlockReadAhead(_segment, _index));

    public void Dispose()
    {
        _index.Dispose();
        NativeMemory.AlignedFree(_sections);
        _sections = null;
    }

    /// <summary>A verified block with a reference for the caller.</summary>
    internal CachedBlock AcquireBlock(int block)
    {
        long offset = _index.OffsetOf(block);
        return _cache.TryAcquire(_readerId, offset) ?? LoadBlock(offset, _index.LengthOf(block));
    }

    /// <summary>Asks the kernel to read from a block on.</summary>
    internal void WillNeed(int block, long length)
    {
        long offset = _index.OffsetOf(block);
        _segment.File.WillNeed(_segment.Offset + offset, Math.Min(length, _index.OffsetOf(_index.BlockCount) - offset));
    }

    private CachedBlock LoadBlock(long offset, int length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        CachedBlock? block = null;
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, length);
            _segment.ReadExactly(bytes, offset);
            StoredBlock stored = StoredBlock.Open(bytes, _segment, offset);
            block = _cache.Rent(_readerId, offset, stored.RawLength);
            if (!stored.TryDecode(new Span<byte>(block.Data, stored.RawLength)))
            {
                throw _segment.Corruption("a data block cannot be decompressed", offset);
            }

            if (!DataBlock.TryParse(block.Data, stored.RawLength, out DataBlock contents))
            {
                throw _segment.Corruption("a data block is malformed", offset);
            }

            block.Contents = contents;
            CachedBlock published = _cache.Publish(block, _readerId, offset);
            block = null;
            return published;
        }
        finally
        {
            block?.Release();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
