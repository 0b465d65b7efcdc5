using Basalt.Backup.Checksums;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>Writes a file from its start and keeps count of length and CRC, as an object store does with a body it receives.</summary>
internal sealed class VerifyingFileStream(SafeFileHandle handle, Func<Exception, Exception> describe) : Stream
{
    private long _length;
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

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _crc = Crc32C.Append(_crc, buffer.Span);
        try
        {
            await RandomAccess.WriteAsync(handle, buffer, _length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw describe(failure);
        }

        _length += buffer.Length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For sources that know no other way; blocks.</summary>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Throws unless what was written is what the content promised.</summary>
    public void Verify(ObjectContent content, string key)
    {
        if (_length != content.Length)
        {
            throw new BackupBackendException(
                key, $"The source of object '{key}' delivered {_length} bytes instead of {content.Length}. It was not stored.", isTransient: false);
        }

        if (content.Crc32C is { } expected && expected != _crc)
        {
            throw new BackupBackendException(
                key,
                $"The bytes of object '{key}' changed on their way: CRC32C {_crc:x8} instead of {expected:x8}. It was not stored; try again and check the memory.",
                isTransient: true);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
