using System.Buffers;
using System.Diagnostics;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

/// <summary>
/// The buffered end of a segment being written: collects bytes, digests them while they are in the processor's cache, appends them
/// to the file and starts write-back about every MiB.
/// </summary>
internal sealed class SegmentOutput : IDisposable
{
    private const int BufferLength = 64 << 10;
    private const int WriteBackLength = 1 << 20;

    // The file may buffer the newest bytes for larger writes; asking to write those back would cut its writes short.
    private const int WriteBackLag = 256 << 10;

    private readonly IWritableFile _file;
    private readonly SegmentDigester _digester;
    private byte[] _buffer;
    private int _used;
    private long _writeBackFrom;

    public SegmentOutput(IWritableFile file, SegmentDigester digester)
    {
        _file = file;
        _digester = digester;
        _writeBackFrom = file.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    }

    /// <summary>Bytes of the segment so far.</summary>
    public long Length => _digester.Length + _used;

    /// <summary>At least <paramref name="size"/> bytes to write to; <see cref="Advance"/> says how many were.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_buffer.Length - _used < size)
        {
            Flush();
            if (size > _buffer.Length || _buffer.Length > WriteBackLength)
            {
                // A huge value gets a buffer of its size for once; nobody keeps it.
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = [];
                _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, BufferLength));
            }
        }

        return _buffer.AsSpan(_used);
    }

    /// <summary>Keeps the first bytes of the last span.</summary>
    public void Advance(int count)
    {
        Debug.Assert(count >= 0 && count <= _buffer.Length - _used);
        _used += count;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (data.Length > BufferLength)
        {
            Flush();
            Emit(data);
            return;
        }

        data.CopyTo(GetSpan(data.Length));
        Advance(data.Length);
    }

    /// <summary>Hands everything collected to the file.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            Emit(_buffer.AsSpan(0, _used));
            _used = 0;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _used = 0;
        }
    }

    private void Emit(ReadOnlySpan<byte> data)
    {
        _digester.Append(data);
        _file.Append(data);
        while (_file.Length - _writeBackFrom >= WriteBackLength + WriteBackLag)
        {
            _file.StartWriteBack(_writeBackFrom, WriteBackLength);
            _writeBackFrom += WriteBackLength;
        }
    }
}
