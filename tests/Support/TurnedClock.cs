namespace Basalt.Tests.Support;

/// <summary>A clock that stands still until a test turns it. Its timers fire then, or stay silent as those of a process that is paused.</summary>
public sealed class TurnedClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the wall clock was set ahead of the monotonic one.</summary>
    public TimeSpan WallOffset { get; set; }

    /// <summary>How much before their time timers fire, as those of the system may.</summary>
    public TimeSpan EarlyBy { get; set; }

    private DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                return _now;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => Now + WallOffset;

    public override long GetTimestamp() => Now.UtcTicks;

    /// <summary>Lets time pass.</summary>
    public void Turn(TimeSpan duration, bool firesTimers = true)
    {
        Alarm[] due;
        lock (_lock)
        {
            _now += duration;
            due = [.. _alarms.Where(alarm => firesTimers && alarm.Due <= _now + EarlyBy).OrderBy(alarm => alarm.Due)];
            _alarms.RemoveAll(due.Contains);
        }

        foreach (Alarm alarm in due)
        {
            alarm.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(TurnedClock clock, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
