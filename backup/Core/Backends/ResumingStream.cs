using Basalt.Backup.Transfers;

namespace Basalt.Backup.Backends;

/// <summary>Reads an object and, when the connection breaks or stands still, opens it again at the byte reached.</summary>
/// <param name="stream">The object.</param>
/// <param name="reopen">Opens it again, so many bytes on; null if it is gone.</param>
/// <param name="policy">How often.</param>
/// <param name="stalls">How long a read may take.</param>
/// <param name="key">The object.</param>
/// <param name="location">Where it is.</param>
internal sealed class ResumingStream(
    Stream stream,
    Func<long, CancellationToken, Task<Stream?>> reopen,
    RetryPolicy policy,
    StallGuard stalls,
    string key,
    string location) : ForwardStream
{
    private Stream _stream = stream;
    private long _done;
    private int _failures;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                int read = await stalls
                    .RunAsync(key, location, watch => _stream.ReadAsync(buffer, watch.Token).AsTask(), cancellationToken)
                    .ConfigureAwait(false);
                _done += read;
                _failures = 0;
                return read;
            }
            catch (BackupBackendException failure) when (policy.MayRepeat(failure, ++_failures))
            {
                await policy.PauseAsync(_failures, cancellationToken).ConfigureAwait(false);
                await ReopenAsync(failure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task ReopenAsync(BackupBackendException cause, CancellationToken cancellationToken)
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _stream = Null;
        _stream = await reopen(_done, cancellationToken).ConfigureAwait(false)
            ?? throw new BackupBackendException(
                key, $"Object '{location}' disappeared while it was being read.", isTransient: false, cause);
    }
}
