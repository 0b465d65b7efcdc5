namespace Basalt.Backup.Transfers;

/// <summary>Has one transfer rest after each piece of work, so that it works a share of the time only. Not thread-safe: a transfer has its own.</summary>
/// <param name="share">The share, above 0 and at most 1.</param>
/// <param name="clock">The clock.</param>
internal sealed class DutyCycle(double share, TimeProvider clock)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    /// <summary>Work that took long waited for the store, which costs no processor; and connections do not bear long silence.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private TimeSpan _worked;
    private long _since = clock.GetTimestamp();

    /// <summary>Rests for the work since the last call.</summary>
    public async ValueTask RestAsync(CancellationToken cancellationToken)
    {
        _worked += clock.GetElapsedTime(_since);
        TimeSpan rest = _worked * ((1 / share) - 1);
        if (rest >= ShortestRest)
        {
            using var timer = new PeriodicTimer(rest < LongestRest ? rest : LongestRest, clock);
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            _worked = TimeSpan.Zero;
        }

        Resume();
    }

    /// <summary>What passed since the last call was no work.</summary>
    public void Resume() => _since = clock.GetTimestamp();
}
