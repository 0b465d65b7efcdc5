using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>Renews a lease for as long as a backup reads its segments, and stops the backup if that fails.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly SnapshotHandle _handle;
    private readonly TimeSpan _timeToLive;
    private readonly CancellationTokenSource _stop;
    private readonly PeriodicTimer _timer;
    private readonly Task _renewal;
    private DatabaseException? _failure;

    public LeaseKeeper(SnapshotHandle handle, BackupOptions options, CancellationToken cancellationToken)
    {
        _handle = handle;
        _timeToLive = options.LeaseTimeToLive;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = new PeriodicTimer(_timeToLive / 4, options.TimeProvider);
        _renewal = RenewAsync();
    }

    /// <summary>Canceled when the work has to stop, for its own reasons or because the lease is lost.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Throws if the lease was lost.</summary>
    public void ThrowIfLost()
    {
        if (_failure is { } failure)
        {
            throw new BackupException(
                BackupError.DatabaseFailure, $"The lease on the segments could not be renewed: {failure.Message}", innerException: failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _renewal.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                await _handle.RenewAsync(_timeToLive).ConfigureAwait(false);
            }
        }
        catch (DatabaseException failure)
        {
            _failure = failure;
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }
}
