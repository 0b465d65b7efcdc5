using Basalt.Backup.Transfers;

namespace Basalt.Backup.Backends;

/// <summary>Reads an object and, when the connection breaks, opens it again at the byte reached.</summary>
internal sealed class ResumingStream(
    IBackupBackend backend, RetryPolicy policy, string key, long offset, long? length, Stream stream) : ForwardStream
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
                int read = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
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
        Stream? again = await policy
            .RunAsync(token => backend.OpenReadAsync(key, offset + _done, length - _done, token), cancellationToken)
            .ConfigureAwait(false);
        _stream = again ?? throw new BackupBackendException(
            key, $"Object '{backend.Location(key)}' disappeared while it was being read.", isTransient: false, cause);
    }
}
