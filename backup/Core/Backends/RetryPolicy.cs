namespace Basalt.Backup.Backends;

/// <summary>
/// Repeats calls that failed in a way that may pass. Pauses are random up to a bound that doubles, so that many clients do not knock in
/// step; a budget that all calls share bounds the repetitions.
/// </summary>
internal sealed class RetryPolicy(int attempts, TimeProvider clock, int budget = RetryPolicy.DefaultBudget)
{
    private const int DefaultBudget = 200;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly RetryBudget _budget = new(budget);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                T result = await call(cancellationToken).ConfigureAwait(false);
                _budget.PutBack();
                return result;
            }
            catch (BackupBackendException failure) when (MayRepeat(failure, attempt))
            {
                await PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a failed call may be repeated after <see cref="PauseAsync"/>; takes the repetition from the budget.</summary>
    public bool MayRepeat(BackupBackendException failure, int attempt) => failure.IsTransient && attempt < attempts && _budget.TryTake();

    /// <summary>Waits a random time; on average half of a bound that doubles with each attempt.</summary>
    public async Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        double bound = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1), LongestPause.TotalMilliseconds);
        var pause = TimeSpan.FromMilliseconds(1 + (bound * Random.Shared.NextDouble()));
        using var timer = new PeriodicTimer(pause, clock);
        await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
    }
}
