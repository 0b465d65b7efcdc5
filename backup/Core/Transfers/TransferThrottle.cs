namespace Basalt.Backup.Transfers;

/// <summary>
/// Keeps all transfers together below a rate: each reserves the time that its bytes take, behind all before it, and waits until that
/// begins. Thread-safe.
/// </summary>
/// <param name="bytesPerSecond">The rate; 0 for none.</param>
/// <param name="clock">The clock.</param>
internal sealed class TransferThrottle(long bytesPerSecond, TimeProvider clock)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private long _free = clock.GetTimestamp();

    /// <summary>Returns when the bytes may pass.</summary>
    public async ValueTask WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond == 0)
        {
            return;
        }

        TimeSpan wait;
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            _free = Math.Max(_free, now);
            wait = clock.GetElapsedTime(now, _free);
            _free += (long)(bytes * (double)clock.TimestampFrequency / bytesPerSecond);
        }

        if (wait > ShortestWait)
        {
            using var timer = new PeriodicTimer(wait, clock);
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
