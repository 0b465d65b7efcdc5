namespace Basalt.Backup.Transfers;

/// <summary>
/// Keeps all transfers together below a rate: each reserves the time that its bytes take, behind all before it, and waits until that
/// begins. Thread-safe.
/// </summary>
/// <param name="bytesPerSecond">The rate; 0 for none.</param>
/// <param name="clock">The clock.</param>
internal sealed class TransferThrottle(long bytesPerSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _free = clock.GetTimestamp();

    /// <summary>Returns when the bytes may pass.</summary>
    public Task WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond == 0)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            _free = Math.Max(_free, now);
            wait = clock.GetElapsedTime(now, _free);
            _free += (long)(bytes * (double)clock.TimestampFrequency / bytesPerSecond);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
    }
}
