using Basalt.Backup.Checksums;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Backends;

/// <summary>The bytes of an object, of which the last are held back until all are known to be what was promised.</summary>
internal sealed class VerifiedStream(ObjectContent content, string key) : ForwardStream
{
    private Stream? _source;
    private long _read;
    private uint _crc;
    private bool _isVerified;

    public override long Length => content.Length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _isVerified)
        {
            return 0;
        }

        _source ??= content.Open();
        int read = await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += read;
        _crc = Crc32C.Append(_crc, buffer.Span[..read]);
        if (read == 0 || _read >= content.Length)
        {
            await VerifyAsync(isAtEnd: read == 0, cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask VerifyAsync(bool isAtEnd, CancellationToken cancellationToken)
    {
        if (!isAtEnd)
        {
            byte[] next = new byte[1];
            _read += await _source!.ReadAsync(next, cancellationToken).ConfigureAwait(false);
        }

        content.Verify(key, _read, _crc);
        _isVerified = true;
    }
}
