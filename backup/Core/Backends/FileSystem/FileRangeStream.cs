using Basalt.Backup.Transfers;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>A range of a file for one pass, without buffers of its own.</summary>
internal sealed class FileRangeStream(SafeFileHandle handle, long offset, long length, Func<Exception, Exception> describe) : ForwardStream
{
    private long _offset = offset;
    private long _rest = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int wanted = (int)Math.Min(buffer.Length, _rest);
        if (wanted == 0)
        {
            return 0;
        }

        try
        {
            int read = await RandomAccess.ReadAsync(handle, buffer[..wanted], _offset, cancellationToken).ConfigureAwait(false);
            _offset += read;
            _rest -= read;
            return read;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw describe(failure);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
