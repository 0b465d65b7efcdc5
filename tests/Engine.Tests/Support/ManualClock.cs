namespace Basalt.Engine.Tests.Support;

/// <summary>A clock that stands still until it is told to go on; its timers fire then.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<(TimerCallback Callback, object? State)> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _timers.Add((callback, state));
        }

        return new Timer(this, callback);
    }

    public void Advance(TimeSpan time)
    {
        List<(TimerCallback Callback, object? State)> due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers];
        }

        foreach ((TimerCallback callback, object? state) in due)
        {
            callback(state);
        }
    }

    private sealed class Timer(ManualClock clock, TimerCallback callback) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.RemoveAll(timer => timer.Callback == callback);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
