using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

/// <summary>
/// Builds one data block after the other: entries whose keys leave out the bytes shared with the key before, and an array of restart
/// points where nothing is left out.
/// </summary>
internal sealed class DataBlockBuilder : IDisposable
{
    // A buffer above this, grown for one huge value, is not kept for the next block.
    private const int KeptBufferLength = 1 << 20;

    private readonly int _blockSize;
    private readonly List<int> _restarts = new(64);
    private byte[] _buffer;
    private int _used;
    private int _sinceRestart;

    /// <param name="blockSize">Target length in bytes.</param>
    public DataBlockBuilder(int blockSize)
    {
        _blockSize = blockSize;
        _buffer = ArrayPool<byte>.Shared.Rent(blockSize);
    }

    /// <summary>Whether the block has no entry.</summary>
    public bool IsEmpty => _used == 0;

    /// <summary>Bytes of the block if it were finished now.</summary>
    public int Length => _used + ((_restarts.Count + 1) * sizeof(int));

    /// <summary>Whether one more entry keeps the block within its target length. It may use a few bytes less than assumed here.</summary>
    public bool Fits(int suffixLength, int valueLength) =>
        (long)Length + MaxEntryLength(suffixLength, valueLength) <= _blockSize;

    /// <summary>
    /// Adds an entry. Requires: it sorts after the last one; <paramref name="shared"/> is the longest common prefix with the last
    /// key of this block (any number if the block is empty). Lookups rely on it being the longest.
    /// </summary>
    public void Add(int shared, ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value)
    {
        if (_used == 0 || _sinceRestart == SegmentFormat.RestartInterval)
        {
            shared = 0;
            _restarts.Add(_used);
            _sinceRestart = 0;
        }

        _sinceRestart++;
        ReadOnlySpan<byte> suffix = key[shared..];
        Span<byte> destination = Reserve(MaxEntryLength(suffix.Length, value.Length));
        int length = VarInt.Write(destination, (uint)shared);
        length += VarInt.Write(destination[length..], (uint)suffix.Length);
        length += VarInt.Write(destination[length..], (uint)value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[length..], trailer);
        length += InternalKey.TrailerLength;
        suffix.CopyTo(destination[length..]);
        length += suffix.Length;
        value.CopyTo(destination[length..]);
        _used += length + value.Length;
    }

    /// <summary>Ends the block and returns it; valid until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        Debug.Assert(!IsEmpty);
        Span<byte> destination = Reserve((_restarts.Count + 1) * sizeof(int));
        for (int i = 0; i < _restarts.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination[(i * sizeof(int))..], _restarts[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(destination[(_restarts.Count * sizeof(int))..], _restarts.Count);
        return _buffer.AsSpan(0, Length);
    }

    /// <summary>Begins the next block.</summary>
    public void Reset()
    {
        _used = 0;
        _sinceRestart = 0;
        _restarts.Clear();
        if (_buffer.Length > KeptBufferLength && _buffer.Length > 2 * _blockSize)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(_blockSize);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static int MaxEntryLength(int suffixLength, int valueLength) =>
        (3 * VarInt.MaxLength32) + InternalKey.TrailerLength + suffixLength + valueLength;

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _used < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_used + count, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_used);
    }
}
