using System.Runtime.ExceptionServices;

namespace Basalt.Backup.S3;

/// <summary>
/// The body of an upload. It can be read again from its start, which the SDK does without TLS to sign its hash, and it remembers a failure of
/// the source, which the layers above it would tell as one of the connection.
/// </summary>
internal sealed class UploadStream(ObjectContent content, string key) : Stream
{
    private Stream? _source;
    private long _position;
    private ExceptionDispatchInfo? _failure;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public void ThrowIfSourceFailed() => _failure?.Throw();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            _source ??= content.OpenVerified(key);
            int read = await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _position += read;
            return read;
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Blocks; the SDK hashes in no other way.</summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Goes back to the start, or stays.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        if (position == _position)
        {
            return position;
        }

        if (position != 0)
        {
            throw new NotSupportedException($"The body of '{key}' can be read again from its start only, not from {position}.");
        }

        _source?.Dispose();
        _source = null;
        return _position = 0;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source?.Dispose();
        }

        base.Dispose(disposing);
    }
}
