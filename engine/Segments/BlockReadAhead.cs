using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Basalt.Engine.Segments;

/// <summary>
/// Reads the blocks of a segment in large pieces for a scan that must not disturb the cache. The piece grows from 64 KiB to 1 MiB
/// while the scan goes on in one direction, so that a short scan reads little. Not thread-safe.
/// </summary>
internal sealed unsafe class BlockReadAhead : IDisposable
{
    private const int FirstWindow = 64 << 10;
    private const int LargestWindow = 1 << 20;

    private readonly SegmentLocation _segment;
    private readonly SegmentIndex _index;
    private byte* _window;
    private int _windowCapacity;
    private int _windowTarget = FirstWindow;
    private int _firstBlock;
    private int _endBlock;
    private byte* _decoded;
    private int _decodedCapacity;

    public BlockReadAhead(in SegmentLocation segment, SegmentIndex index)
    {
        _segment = segment;
        _index = index;
    }

    /// <summary>Verifies a block and returns it; valid until the next call.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>, or reading failed.</exception>
    public DataBlock Load(int block)
    {
        if (block < _firstBlock || block >= _endBlock)
        {
            Fill(block);
        }

        long offset = _index.OffsetOf(block);
        ReadOnlySpan<byte> bytes = new(_window + (offset - _index.OffsetOf(_firstBlock)), _index.LengthOf(block));
        StoredBlock stored = StoredBlock.Open(bytes, _segment, offset);
        byte* data;
        if (stored.IsRaw)
        {
            // The payload is the start of the stored bytes, already in native memory.
            data = _window + (offset - _index.OffsetOf(_firstBlock));
        }
        else
        {
            Reserve(ref _decoded, ref _decodedCapacity, stored.RawLength);
            data = _decoded;
            if (!stored.TryDecode(new Span<byte>(data, stored.RawLength)))
            {
                throw _segment.Corruption("a data block cannot be decompressed", offset);
            }
        }

        if (!DataBlock.TryParse(data, stored.RawLength, out DataBlock result))
        {
            throw _segment.Corruption("a data block is malformed", offset);
        }

        return result;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_window);
        NativeMemory.AlignedFree(_decoded);
        _window = null;
        _decoded = null;
        _windowCapacity = 0;
        _decodedCapacity = 0;
        _firstBlock = 0;
        _endBlock = 0;
    }

    private static void Reserve(ref byte* memory, ref int capacity, int length)
    {
        if (capacity < length)
        {
            NativeMemory.AlignedFree(memory);
            memory = null;
            capacity = 0;
            memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);
            capacity = length;
        }
    }

    private void Fill(int block)
    {
        bool forward = block == _endBlock && _endBlock > 0;
        bool backward = block == _firstBlock - 1;
        _windowTarget = forward || backward ? Math.Min(2 * _windowTarget, LargestWindow) : FirstWindow;
        int first = block;
        int end = block + 1;
        if (backward)
        {
            while (first > 0 && _index.OffsetOf(end) - _index.OffsetOf(first - 1) <= _windowTarget)
            {
                first--;
            }
        }
        else
        {
            while (end < _index.BlockCount && _index.OffsetOf(end + 1) - _index.OffsetOf(first) <= _windowTarget)
            {
                end++;
            }
        }

        long offset = _index.OffsetOf(first);
        int length = (int)(_index.OffsetOf(end) - offset);

        // Until the read succeeded there is no window.
        _firstBlock = 0;
        _endBlock = 0;
        Reserve(ref _window, ref _windowCapacity, length);
        _segment.ReadExactly(new Span<byte>(_window, length), offset);
        _firstBlock = first;
        _endBlock = end;
        Debug.Assert(block >= first && block < end);
        if (forward && end < _index.BlockCount)
        {
            // The disk works on the next piece while this one is being used.
            long next = _index.OffsetOf(end);
            _segment.File.WillNeed(_segment.Offset + next, Math.Min(LargestWindow, _index.OffsetOf(_index.BlockCount) - next));
        }
    }
}
