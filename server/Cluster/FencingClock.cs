namespace Basalt.Server.Cluster;

/// <summary>
/// Measures how much time has passed, and rather too much than too little. The monotonic clock stands still while the machine is suspended, the
/// wall clock can be set back; the larger of the two is wrong only if both are.
/// </summary>
internal readonly struct FencingClock
{
    private readonly TimeProvider _clock;
    private readonly long _timestamp;
    private readonly DateTimeOffset _time;

    private FencingClock(TimeProvider clock)
    {
        _clock = clock;
        _timestamp = clock.GetTimestamp();
        _time = clock.GetUtcNow();
    }

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            TimeSpan monotonic = _clock.GetElapsedTime(_timestamp);
            TimeSpan wall = _clock.GetUtcNow() - _time;
            return wall > monotonic ? wall : monotonic;
        }
    }

    /// <summary>Starts to measure.</summary>
    public static FencingClock Start(TimeProvider clock) => new(clock);
}
