using Basalt.Engine.Iteration;

namespace Basalt.Engine.Segments;

/// <summary>A cursor over one segment. Blocks come from the cache, or from a read-ahead of its own for scans of cold data.</summary>
internal sealed class SegmentIterator : InternalIterator
{
    private const int FirstKeyCapacity = 128;

    // Segment files are opened for random access, so the kernel reads nothing ahead on its own. A forward scan through the cache asks
    // for it from its fourth block on; short ranges stay short.
    private const int HintAfterBlocks = 4;
    private const long HintLength = 256 << 10;

    private readonly SegmentReader _reader;
    private readonly SegmentIndex _index;
    private readonly BlockReadAhead? _readAhead;
    private DataBlockCursor _cursor = new(FirstKeyCapacity);
    private CachedBlock? _pinned;
    private int _block = -1;
    private int _blocksForward;
    private long _hintedTo;

    /// <param name="reader">The segment; it must outlive the cursor.</param>
    /// <param name="index">The segment's index.</param>
    /// <param name="readAhead">The source of blocks in place of the cache; the cursor disposes it.</param>
    public SegmentIterator(SegmentReader reader, SegmentIndex index, BlockReadAhead? readAhead)
    {
        _reader = reader;
        _index = index;
        _readAhead = readAhead;
    }

    public override bool IsValid => _cursor.IsValid;

    public override ReadOnlySpan<byte> Key => _cursor.Key;

    public override ulong Trailer => _cursor.Trailer;

    public override ReadOnlySpan<byte> Value => _cursor.Value;

    public override void SeekToFirst()
    {
        Load(0);
        _cursor.SeekToFirst();
    }

    public override void SeekToLast()
    {
        Load(_index.BlockCount - 1);
        _cursor.SeekToLast();
    }

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer)
    {
        Load(_index.Find(key, trailer));
        _cursor.Seek(key, trailer);
        if (!_cursor.IsValid)
        {
            MoveToNextBlock();
        }
    }

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer)
    {
        Load(_index.Find(key, trailer));
        _cursor.SeekBefore(key, trailer);
        if (!_cursor.IsValid)
        {
            MoveToPreviousBlock();
        }
    }

    public override void Next()
    {
        _cursor.Next();
        if (!_cursor.IsValid)
        {
            MoveToNextBlock();
        }
    }

    public override void Previous()
    {
        _cursor.Previous();
        if (!_cursor.IsValid)
        {
            MoveToPreviousBlock();
        }
    }

    public override void Dispose()
    {
        Unload();
        _readAhead?.Dispose();
    }

    // Blocks are never empty, so the neighbour always has an entry.
    private void MoveToNextBlock()
    {
        if (_block + 1 < _index.BlockCount)
        {
            Load(_block + 1);
            _cursor.SeekToFirst();
        }
    }

    private void MoveToPreviousBlock()
    {
        if (_block > 0)
        {
            Load(_block - 1);
            _cursor.SeekToLast();
        }
    }

    private void HintNextBlocks(int block)
    {
        if (_readAhead is null && _blocksForward >= HintAfterBlocks
            && (_blocksForward == HintAfterBlocks || _index.OffsetOf(block) >= _hintedTo))
        {
            _hintedTo = _index.OffsetOf(block) + HintLength;
            _reader.WillNeed(block, HintLength);
        }
    }

    private void Load(int block)
    {
        _cursor.Invalidate();
        if (block == _block)
        {
            return;
        }

        _blocksForward = block == _block + 1 ? _blocksForward + 1 : 0;
        HintNextBlocks(block);

        // If loading fails the cursor stands on nothing.
        Unload();
        if (_readAhead is not null)
        {
            _cursor.SetBlock(_readAhead.Load(block));
        }
        else
        {
            _pinned = _reader.AcquireBlock(block);
            _cursor.SetBlock(_pinned.Contents);
        }

        _block = block;
    }

    private void Unload()
    {
        _cursor.Invalidate();
        _pinned?.Release();
        _pinned = null;
        _block = -1;
    }
}
