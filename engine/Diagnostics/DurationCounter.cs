namespace Basalt.Engine.Diagnostics;

/// <summary>Counts durations in classes from 50 microseconds to 1.6 seconds, each twice the one before. Thread-safe; counting takes no lock.</summary>
internal sealed class DurationCounter
{
    private const int Classes = 16;
    private const long ShortestTicks = 50 * TimeSpan.TicksPerMicrosecond;

    private static readonly IReadOnlyList<TimeSpan> Bounds =
        [.. Enumerable.Range(0, Classes).Select(number => new TimeSpan(ShortestTicks << number))];

    private readonly long[] _counts = new long[Classes + 1];
    private long _ticks;

    public void Add(TimeSpan duration)
    {
        int number = 0;
        while (number < Classes && duration.Ticks > ShortestTicks << number)
        {
            number++;
        }

        Interlocked.Increment(ref _counts[number]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    public DurationDistribution Snapshot()
    {
        var counts = new long[_counts.Length];
        for (int number = 0; number < counts.Length; number++)
        {
            counts[number] = Volatile.Read(ref _counts[number]);
        }

        return new DurationDistribution(Bounds, counts, new TimeSpan(Volatile.Read(ref _ticks)));
    }
}
