namespace Basalt.Server.Tests.Backups;

/// <summary>A clock that tests turn, and whose long timers they can wait for. Short ones never fire: nothing in a test stalls.</summary>
internal sealed class ScheduleClock : TimeProvider
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private readonly List<LongTimer> _timers = [];
    private TaskCompletionSource _armed = New();
    private TimeSpan _passed;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed;

    /// <summary>Waits until somebody waits for long, and turns the clock until that is over.</summary>
    public async Task PassAsync()
    {
        Task armed;
        lock (_lock)
        {
            armed = _armed.Task;
        }

        await armed.WaitAsync(TimeSpan.FromMinutes(2));
        LongTimer[] due;
        lock (_lock)
        {
            _passed += _timers.Max(timer => timer.DueTime);
            due = [.. _timers];
            _timers.Clear();
            _armed = New();
        }

        foreach (LongTimer timer in due)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LongTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class LongTimer(ScheduleClock clock, Action fire) : ITimer
    {
        public TimeSpan DueTime { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                DueTime = dueTime;
                if (dueTime >= Long)
                {
                    clock._timers.Add(this);
                    clock._armed.TrySetResult();
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
