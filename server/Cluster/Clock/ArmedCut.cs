using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Cluster.Clock;

/// <summary>A cut that is made when the clock of a node reaches an instant: by time, or because a request comes from later.</summary>
internal sealed class ArmedCut : IArmedCut
{
    private readonly CausalClock _clock;
    private readonly Func<Task> _cut;
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private int _hasBegun;

    internal ArmedCut(CausalClock clock, HybridTime instant, Func<Task> cut, TimeProvider timeProvider)
    {
        _clock = clock;
        _cut = cut;
        Instant = instant;
        TimeSpan wait = DateTimeOffset.FromUnixTimeMilliseconds(instant.Milliseconds) - timeProvider.GetUtcNow();
        _timer = timeProvider.CreateTimer(_ => _ = Begin(), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When.</summary>
    public HybridTime Instant { get; }

    /// <summary>Ends when the cut was made, failed or was given up.</summary>
    public Task Made => _made.Task;

    /// <summary>Whether there is nothing left to wait for.</summary>
    internal bool IsCut => _made.Task.IsCompleted;

    /// <summary>Makes the cut, once.</summary>
    /// <returns>Ends when the gate may open, however the cut went; who armed it hears of a failure from <see cref="Made"/>.</returns>
    internal Task Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _ = Task.Run(MakeAsync);
        }

        return Settled();
    }

    /// <summary>Gives the cut up if it was not begun, and opens the gate.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _made.TrySetCanceled();
            _clock.Disarm(this);
        }
    }

    private async Task MakeAsync()
    {
        try
        {
            _clock.Reach(Instant);
            await _cut();
            _made.TrySetResult();
        }
        catch (Exception failure)
        {
            // Whatever it is belongs to who armed the cut, and must not keep requests out.
            _made.TrySetException(failure);
        }
        finally
        {
            _clock.Disarm(this);
            _timer.Dispose();
        }
    }

    private async Task Settled() => await _made.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
