using Basalt.Backup.Transfers;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>A range of a file for one pass, without buffers of its own.</summary>
internal sealed class FileRangeStream(SafeFileHandle handle, long offset, long length, Func<Exception, Exception> describe) : ForwardStream
{
    private long _offset = offset;
    private long _rest = length;

    /// <summary>Blocks for a copy or one disk transfer: handing it to another thread, as .NET's asynchronous read does, takes as long.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int wanted = (int)Math.Min(buffer.Length, _rest);
        if (wanted == 0)
        {
            return ValueTask.FromResult(0);
        }

        try
        {
            int read = RandomAccess.Read(handle, buffer.Span[..wanted], _offset);
            _offset += read;
            _rest -= read;
            return ValueTask.FromResult(read);
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
