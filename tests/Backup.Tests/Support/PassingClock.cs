namespace Basalt.Backup.Tests.Support;

/// <summary>A clock that passes by itself whatever somebody waits for.</summary>
internal sealed class PassingClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Passed => TimeSpan.FromTicks(_now);

    public void Pass(TimeSpan time) => _now += time.Ticks;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Pass(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
