using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>
/// A position in one data block. It puts keys together in a buffer of its own, which survives the change of blocks. A mutable struct:
/// keep it in a field and never copy it.
/// </summary>
internal unsafe struct DataBlockCursor
{
    private DataBlock _block;
    private byte[] _key;
    private int _keyLength;
    private byte* _entry;
    private byte* _next;
    private byte* _value;
    private int _valueLength;

    public DataBlockCursor(int keyCapacity)
    {
        _key = new byte[keyCapacity];
    }

    /// <summary>Whether the cursor stands on an entry of its block.</summary>
    public readonly bool IsValid => _entry != null;

    /// <summary>The user key of the entry.</summary>
    public readonly ReadOnlySpan<byte> Key => new(_key, 0, _keyLength);

    /// <summary>Sequence number and kind of the entry.</summary>
    public ulong Trailer { get; private set; }

    /// <summary>The value of the entry.</summary>
    public readonly ReadOnlySpan<byte> Value => new(_value, _valueLength);

    /// <summary>Moves to another block, before its first entry.</summary>
    public void SetBlock(in DataBlock block)
    {
        _block = block;
        Invalidate();
    }

    /// <summary>Stands on no entry.</summary>
    public void Invalidate() => _entry = null;

    public void SeekToFirst() => Read(_block.First);

    public void SeekToLast() => ScanTo(_block.LastRestart, _block.End);

    /// <summary>Moves to the first entry not before the target; not valid if there is none in the block.</summary>
    public void Seek(ReadOnlySpan<byte> key, ulong trailer)
    {
        Read(_block.RestartAt(_block.FindRestart(key, trailer)));
        while (IsValid && InternalKey.Compare(Key, Trailer, key, trailer) < 0)
        {
            Next();
        }
    }

    /// <summary>Moves to the last entry before the target; not valid if there is none in the block.</summary>
    public void SeekBefore(ReadOnlySpan<byte> key, ulong trailer)
    {
        Seek(key, trailer);
        if (IsValid)
        {
            Previous();
        }
        else
        {
            SeekToLast();
        }
    }

    /// <summary>Moves one entry forward; not valid after the last one of the block.</summary>
    public void Next()
    {
        if (_next < _block.End)
        {
            Read(_next);
        }
        else
        {
            Invalidate();
        }
    }

    /// <summary>
    /// Moves one entry back; not valid before the first one of the block. Keys can only be put together forward, so this goes back to
    /// the restart point: at most <see cref="SegmentFormat.RestartInterval"/> short steps, cheaper than remembering them all.
    /// </summary>
    public void Previous()
    {
        byte* current = _entry;
        if (current == _block.First)
        {
            Invalidate();
        }
        else
        {
            ScanTo(_block.RestartBefore(current), current);
        }
    }

    // Moves to the last entry before a position, starting at a restart point.
    private void ScanTo(byte* restart, byte* limit)
    {
        Read(restart);
        while (_next < limit)
        {
            Read(_next);
        }
    }

    private void Read(byte* position)
    {
        DataBlockEntry entry = DataBlockEntry.Decode(position);
        int keyLength = entry.SharedLength + entry.SuffixLength;
        if (keyLength > _key.Length)
        {
            Array.Resize(ref _key, Math.Max(keyLength, 2 * _key.Length));
        }

        entry.Suffix.CopyTo(_key.AsSpan(entry.SharedLength));
        _keyLength = keyLength;
        Trailer = entry.Trailer;
        _value = entry.ValueStart;
        _valueLength = entry.ValueLength;
        _entry = position;
        _next = entry.Next;
    }
}
