using Basalt.Backup.Checksums;
using Basalt.Engine;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>Writes a file from its start and keeps count of length and CRC, as an object store does with a body it receives.</summary>
internal sealed class VerifyingFileStream(SafeFileHandle handle, string path, Func<Exception, Exception> describe) : Stream
{
    private const long WriteBackBytes = 4 << 20;

    private long _length;
    private long _writtenBack;
    private uint _crc;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Blocks for one copy into the page cache: handing it to another thread, as .NET's asynchronous write does, takes as long.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _crc = Crc32C.Append(_crc, buffer);
        try
        {
            RandomAccess.Write(handle, buffer, _length);
            _length += buffer.Length;
            if (_length - _writtenBack >= WriteBackBytes)
            {
                // The disk works while the rest is read; otherwise all of it would wait for the sync at the end.
                FileDurability.StartWriteBack(handle, path, _writtenBack, _length - _writtenBack);
                _writtenBack = _length;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DatabaseException)
        {
            throw describe(failure);
        }
    }

    /// <summary>Throws unless what was written is what the content promised.</summary>
    public void Verify(ObjectContent content, string key) => content.Verify(key, _length, _crc);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
