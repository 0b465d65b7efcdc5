using Basalt.Engine.Keys;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Holds the entries of a segment against the rules: their order, their range, their counts, and whether index and filter lead to them. No
/// checksum covers these; they are broken only by a faulty writer, or by a file that is not the one it should be.
/// </summary>
internal sealed class SegmentAudit(SegmentLocation segment, SegmentMetadata metadata, SegmentSections sections, Action<DatabaseException> damaged)
{
    private DataBlockCursor _cursor = new(128);
    private byte[] _lastKey = [];
    private int _lastLength = -1;
    private ulong _lastTrailer;
    private long _tombstones;
    private bool _hasGap;
    private bool _isFilterWrong;
    private bool _isIndexWrong;

    /// <summary>Entries of the blocks that were accepted.</summary>
    public long EntryCount { get; private set; }

    /// <summary>Whether every entry that the manifest counts was seen.</summary>
    public bool IsComplete => EntryCount >= metadata.EntryCount;

    /// <summary>Notes that a block cannot be read.</summary>
    public void Skip() => _hasGap = true;

    /// <summary>Whether every entry of a block is one that may be here; otherwise the block is reported and counts as unreadable.</summary>
    /// <param name="block">The block.</param>
    /// <param name="offset">Its offset in the segment.</param>
    /// <param name="number">Its number in the index; -1 without one.</param>
    public bool TryAccept(in DataBlock block, long offset, int number)
    {
        byte[] keyBefore = _lastKey[..Math.Max(_lastLength, 0)];
        (int lengthBefore, ulong trailerBefore) = (_lastLength, _lastTrailer);
        long count = 0;
        long tombstones = 0;
        _cursor.SetBlock(block);
        for (_cursor.SeekToFirst(); _cursor.IsValid; _cursor.Next())
        {
            if (Problem() is { } problem)
            {
                damaged(segment.Corruption(problem, offset));
                keyBefore.CopyTo(_lastKey, 0);
                (_lastLength, _lastTrailer) = (lengthBefore, trailerBefore);
                _hasGap = true;
                return false;
            }

            VerifyWays(number);
            Remember();
            count++;
            tombstones += InternalKey.KindOf(_cursor.Trailer) == ValueKind.Delete ? 1 : 0;
        }

        EntryCount += count;
        _tombstones += tombstones;
        return true;
    }

    /// <summary>After the last block: compares the counts.</summary>
    public void Finish()
    {
        if (!_hasGap && !sections.IsForeign && (EntryCount != metadata.EntryCount || _tombstones != metadata.TombstoneCount))
        {
            damaged(segment.Corruption(
                $"it holds {EntryCount} entries with {_tombstones} tombstones, the manifest counts {metadata.EntryCount} with {metadata.TombstoneCount}", 0));
        }
    }

    private string? Problem()
    {
        ReadOnlySpan<byte> key = _cursor.Key;
        ulong sequence = InternalKey.SequenceOf(_cursor.Trailer);
        if (_lastLength >= 0 && InternalKey.Compare(_lastKey.AsSpan(0, _lastLength), _lastTrailer, key, _cursor.Trailer) >= 0)
        {
            return "an entry is out of order";
        }

        if (InternalKey.KindOf(_cursor.Trailer) > ValueKind.Put)
        {
            return $"an entry has the unknown kind {(byte)_cursor.Trailer}";
        }

        return key.SequenceCompareTo(metadata.SmallestKey.Span) < 0
            || key.SequenceCompareTo(metadata.LargestKey.Span) > 0
            || sequence < metadata.SmallestSequence
            || sequence > metadata.LargestSequence
            ? "an entry is outside of the segment's key range or sequence numbers"
            : null;
    }

    /// <summary>Each of the two wrong ways is reported once: what it leads past is all there.</summary>
    private void VerifyWays(int block)
    {
        if (!_isFilterWrong && !sections.FilterAdmits(_cursor.Key))
        {
            _isFilterWrong = true;
            damaged(segment.Corruption("the filter denies a key that is there", sections.Footer!.Value.DataLength));
        }

        if (!_isIndexWrong && block >= 0 && sections.Index!.Find(_cursor.Key, _cursor.Trailer) != block)
        {
            _isIndexWrong = true;
            damaged(segment.Corruption("the index leads past an entry", sections.Footer!.Value.IndexOffset));
        }
    }

    private void Remember()
    {
        ReadOnlySpan<byte> key = _cursor.Key;
        if (key.Length > _lastKey.Length)
        {
            _lastKey = new byte[Math.Max(key.Length, 2 * _lastKey.Length)];
        }

        key.CopyTo(_lastKey);
        _lastLength = key.Length;
        _lastTrailer = _cursor.Trailer;
    }
}
