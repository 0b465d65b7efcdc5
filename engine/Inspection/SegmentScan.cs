using System.Runtime.InteropServices;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Walks through the data blocks of a segment, damaged or not, and verifies each. Blocks are found by the index; without one, by their checksums:
/// a block ends where the four bytes that follow are the checksum of all that came before.
/// </summary>
internal sealed unsafe class SegmentScan : IDisposable
{
    private readonly SegmentLocation _segment;
    private readonly Action<DatabaseException> _damaged;
    private readonly SegmentSections _sections;
    private readonly SegmentAudit _audit;
    private readonly BlockSearch _search;
    private readonly long _dataEnd;
    private byte[] _stored = [];
    private byte* _data;
    private int _capacity;
    private long _next;
    private int _block = -1;
    private bool _isAtEnd;

    public SegmentScan(in SegmentLocation segment, SegmentMetadata metadata, Action<DatabaseException> damaged)
    {
        _segment = segment;
        _damaged = damaged;
        _sections = new SegmentSections(segment, metadata, damaged);
        _audit = new SegmentAudit(segment, metadata, _sections, damaged);
        _dataEnd = _sections.Footer is { } footer
            ? footer.DataLength
            : Math.Min(segment.Length - SegmentFormat.FooterLength, Math.Max(segment.File.Length - segment.Offset, 0));
        _search = new BlockSearch(segment);
    }

    /// <summary>Whether the segment says that it is another one; then none of its blocks may be used.</summary>
    public bool IsForeign => _sections.IsForeign;

    /// <summary>Whether the block just reached verifies.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>The block just reached; valid until the next move. Requires: <see cref="IsReadable"/>.</summary>
    public DataBlock Block { get; private set; }

    /// <summary>Stored bytes of the block just reached.</summary>
    public long BlockLength { get; private set; }

    /// <summary>Entries in readable blocks so far.</summary>
    public long EntryCount => _audit.EntryCount;

    /// <summary>Moves to the next block, readable or not: false at the end.</summary>
    public bool MoveNext()
    {
        IsReadable = false;
        if (_isAtEnd || IsForeign)
        {
            return false;
        }

        if (_sections.Index is { } index)
        {
            if (++_block >= index.BlockCount)
            {
                return false;
            }

            BlockLength = index.LengthOf(_block);
            Load(index.OffsetOf(_block), (int)BlockLength);
            return true;
        }

        return FindNext();
    }

    /// <summary>After the last block: compares what was there with what should be.</summary>
    public void Finish() => _audit.Finish();

    public void Dispose()
    {
        _sections.Dispose();
        NativeMemory.AlignedFree(_data);
        _data = null;
    }

    private bool FindNext()
    {
        // The footer counts the entries too, but it may be the one that is damaged.
        if (_next >= _dataEnd || _audit.IsComplete)
        {
            return false;
        }

        try
        {
            for (int length = _search.FindEnd(_next, _dataEnd, 0); length > 0; length = _search.FindEnd(_next, _dataEnd, length))
            {
                if (TryLoad(_next, length) is null)
                {
                    BlockLength = length;
                    _next += length;
                    Accept(_next - length);
                    return true;
                }
            }
        }
        catch (DatabaseException unreadable) when (InspectionLog.IsDamage(unreadable))
        {
            _damaged(unreadable);
            _audit.Skip();
            BlockLength = _dataEnd - _next;
            _isAtEnd = true;
            return true;
        }

        // Where the next block begins is not known either.
        _damaged(_segment.Corruption("without an index no further data block can be found", _next));
        _audit.Skip();
        BlockLength = _dataEnd - _next;
        _isAtEnd = true;
        return true;
    }

    private void Load(long offset, int length)
    {
        try
        {
            if (TryLoad(offset, length) is { } damage)
            {
                _damaged(damage);
                _audit.Skip();
                return;
            }
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            _damaged(damage);
            _audit.Skip();
            return;
        }

        Accept(offset);
    }

    private void Accept(long offset) => IsReadable = _audit.TryAccept(Block, offset, _block);

    /// <summary>Loads a block; null if its checksum and structure are right.</summary>
    private DatabaseException? TryLoad(long offset, int length)
    {
        if (_stored.Length < length)
        {
            _stored = GC.AllocateUninitializedArray<byte>(length);
        }

        Span<byte> bytes = _stored.AsSpan(0, length);
        _segment.ReadExactly(bytes, offset);
        StoredBlock stored = StoredBlock.Open(bytes, _segment, offset);
        if (_capacity < stored.RawLength)
        {
            NativeMemory.AlignedFree(_data);
            _data = null;
            _capacity = 0;
            _data = (byte*)NativeMemory.AlignedAlloc((nuint)stored.RawLength, 64);
            _capacity = stored.RawLength;
        }

        if (!stored.TryDecode(new Span<byte>(_data, stored.RawLength)))
        {
            return _segment.Corruption("a data block cannot be decompressed", offset);
        }

        if (!DataBlock.TryParse(_data, stored.RawLength, out DataBlock block))
        {
            return _segment.Corruption("a data block is malformed", offset);
        }

        Block = block;
        return null;
    }
}
