namespace Basalt.Bench.Load;

/// <summary>Every latency of an <see cref="OpenLoop"/>, in memory that was touched before the clock started.</summary>
internal sealed class LatencySamples
{
    private readonly uint[] _latencies;

    public LatencySamples(long interval, int capacity)
    {
        Interval = interval;
        _latencies = new uint[capacity];
        Array.Fill(_latencies, 1u);
    }

    /// <summary>Nanoseconds between intended starts.</summary>
    public long Interval { get; }

    /// <summary>When the first call should begin, on <see cref="MonotonicClock"/>.</summary>
    public long Start { get; private set; }

    public int Count { get; private set; }

    public bool IsFull => Count == _latencies.Length;

    public long NextIntended => Start + (Count * Interval);

    public void Begin(long start) => Start = start;

    /// <summary>Adds the latency of the next call; more than four seconds count as four.</summary>
    public void Add(long nanoseconds) => _latencies[Count++] = (uint)Math.Min(nanoseconds, uint.MaxValue);

    /// <summary>Latencies of the calls that should have begun in a span of time.</summary>
    public LatencyHistogram Between(long from, long to)
    {
        LatencyHistogram histogram = new();
        int first = (int)Math.Clamp((from - Start) / Interval, 0, Count);
        int last = (int)Math.Clamp((to - Start) / Interval, first, Count);
        foreach (uint latency in _latencies.AsSpan(first, last - first))
        {
            histogram.Record(latency);
        }

        return histogram;
    }

    /// <summary>The latencies of each interval of time.</summary>
    public LatencyTimeline ToTimeline(TimeSpan interval)
    {
        int perPoint = Math.Max(1, (int)(interval.TotalNanoseconds / Interval));
        List<LatencyPoint> points = [];
        for (int first = 0; first < Count; first += perPoint)
        {
            uint[] sorted = _latencies[first..Math.Min(first + perPoint, Count)];
            Array.Sort(sorted);
            points.Add(new LatencyPoint(
                first * Interval / 1e9, sorted[sorted.Length / 2], sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1], sorted[^1]));
        }

        return new LatencyTimeline(points);
    }
}
