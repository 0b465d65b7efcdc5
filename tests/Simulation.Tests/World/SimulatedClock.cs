namespace Basalt.Simulation.Tests.World;

/// <summary>
/// Time that passes only when the simulation says so, and a millisecond with each look, so that names made of it are in order. The engine
/// and the backup layer see it through clocks of their own, whose timers fire at chosen points only.
/// </summary>
internal sealed class SimulatedClock
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(25);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly Latch _going = new(isOpen: true);
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SimulatedClock()
    {
        Engine = new View(this, isOfBackups: false);
        Backups = new View(this, isOfBackups: true);
    }

    public TimeProvider Engine { get; }

    public TimeProvider Backups { get; }

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                return _now;
            }
        }
    }

    /// <summary>
    /// Holds whoever asks the engine's clock, until <see cref="Go"/>: a resumed backup, which renews its lease first, begins while the call
    /// that resumed it has not ended.
    /// </summary>
    public void Hold() => _going.Set(isOpen: false);

    public bool IsHeld => !_going.IsOpen;

    public void Go() => _going.Set(isOpen: true);

    /// <summary>Lets time pass and fires what waits for it, but for beats and renewals, whose work would run beside the caller's.</summary>
    /// <param name="time">How much.</param>
    /// <param name="isInCall">Whether a call of the store is under way that is to go on: its client does not give up.</param>
    public void Advance(TimeSpan time, bool isInCall = false)
    {
        Timer[] due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers.Where(timer => !timer.IsWorkOfItsOwn && !(isInCall && timer.IsOfBackups) && timer.DueAt <= _now)];
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    /// <summary>Fires the beats; false if no attempt is being worked on.</summary>
    public bool Beat()
    {
        Timer[] beats;
        lock (_lock)
        {
            beats = [.. _timers.Where(timer => timer.Period == BeatInterval)];
            _now += beats.Length > 0 ? BeatInterval : TimeSpan.Zero;
        }

        Array.ForEach(beats, timer => timer.Fire());
        return beats.Length > 0;
    }

    private DateTimeOffset Look()
    {
        lock (_lock)
        {
            return _now += TimeSpan.FromMilliseconds(1);
        }
    }

    private sealed class View(SimulatedClock clock, bool isOfBackups) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow()
        {
            if (isOfBackups)
            {
                return clock.Look();
            }

            clock._going.Wait(Timeout.InfiniteTimeSpan);
            return clock.Now;
        }

        public override long GetTimestamp() => clock.Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timer timer = new(clock, callback, state, period, isOfBackups);
            timer.Change(dueTime, period);
            lock (clock._lock)
            {
                clock._timers.Add(timer);
            }

            if (isOfBackups && period > TimeSpan.Zero && period < LongestPause)
            {
                // A pause before another try: over at once.
                clock.Look();
                timer.Fire();
            }

            return timer;
        }
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state, TimeSpan period, bool isOfBackups) : ITimer
    {
        public TimeSpan Period => period;

        public bool IsOfBackups => isOfBackups;

        public bool IsWorkOfItsOwn => isOfBackups && period >= BeatInterval;

        public DateTimeOffset DueAt { get; private set; }

        public void Fire()
        {
            DueAt = period > TimeSpan.Zero ? clock.Now + period : DateTimeOffset.MaxValue;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.Now + dueTime;
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
