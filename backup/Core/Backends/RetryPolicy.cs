namespace Basalt.Backup.Backends;

/// <summary>Repeats calls that failed in a way that may pass, with pauses that double and vary, so that many clients do not knock in step.</summary>
internal sealed class RetryPolicy(int attempts, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (BackupBackendException failure) when (failure.IsTransient && attempt < attempts)
            {
                await PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a failed call may be repeated after <see cref="PauseAsync"/>.</summary>
    public bool MayRepeat(BackupBackendException failure, int attempt) => failure.IsTransient && attempt < attempts;

    public async Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        double milliseconds = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1), LongestPause.TotalMilliseconds);
        TimeSpan pause = TimeSpan.FromMilliseconds(milliseconds * (0.5 + (Random.Shared.NextDouble() / 2)));
        using var timer = new PeriodicTimer(pause, clock);
        await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
    }
}
