using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>
/// Sequential writing through a page-aligned native buffer, so that many small appends make few and aligned writes.
/// </summary>
internal sealed unsafe class LocalWritableFile : IWritableFile
{
    private const int BufferBytes = 256 << 10;
    private const int PageBytes = 4096;

    private readonly SafeFileHandle _handle;
    private byte* _buffer;
    private int _buffered;

    public LocalWritableFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
        _buffer = (byte*)NativeMemory.AlignedAlloc(BufferBytes, PageBytes);
    }

    // The handle closes itself; the buffer of a file that nobody disposed would leak.
    ~LocalWritableFile() => FreeBuffer();

    public string Path { get; }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(_buffer == null, this);
        while (!data.IsEmpty)
        {
            if (_buffered == 0 && data.Length >= BufferBytes)
            {
                // Whole buffers need no copy; the rest goes through the buffer, which keeps later writes aligned.
                int direct = data.Length / BufferBytes * BufferBytes;
                Write(data[..direct], Length);
                Length += direct;
                data = data[direct..];
                continue;
            }

            int copied = Math.Min(data.Length, BufferBytes - _buffered);
            data[..copied].CopyTo(new Span<byte>(_buffer + _buffered, copied));
            _buffered += copied;
            Length += copied;
            data = data[copied..];
            if (_buffered == BufferBytes)
            {
                FlushBuffer();
            }
        }
    }

    public void Reserve(long length) => PlatformCalls.TryReserve(_handle, length, Path);

    public void StartWriteBack(long offset, long length)
    {
        if (offset + length > Length - _buffered)
        {
            FlushBuffer();
        }

        PlatformCalls.StartWriteBack(_handle, offset, length, Path);
    }

    public void Overwrite(ReadOnlySpan<byte> data, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + data.Length, Length - _buffered, nameof(offset));
        Write(data, offset);
    }

    public void Sync()
    {
        ObjectDisposedException.ThrowIf(_buffer == null, this);
        FlushBuffer();
        PlatformCalls.SyncFile(_handle, Path);
    }

    public void Dispose()
    {
        FreeBuffer();
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    private void FlushBuffer()
    {
        if (_buffered > 0)
        {
            Write(new ReadOnlySpan<byte>(_buffer, _buffered), Length - _buffered);
            _buffered = 0;
        }
    }

    private void Write(ReadOnlySpan<byte> data, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, data, offset);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create($"Writing {data.Length} bytes at offset {offset}", Path, cause);
        }
    }

    private void FreeBuffer()
    {
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
    }
}
