using System.Numerics;

namespace Basalt.Bench.Load;

/// <summary>
/// Counts of latencies in nanoseconds, log-linear: exact below 256, then 128 buckets for each doubling, so a value is off by less than
/// 0.4 %. Not thread-safe: one per thread, merged afterwards.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int LinearBits = 8;
    private const int HalfBuckets = 1 << (LinearBits - 1);
    private const int MaxBits = 42;

    /// <summary>The largest value told apart: 73 minutes.</summary>
    private const long Largest = (1L << MaxBits) - 1;

    private readonly long[] _counts = new long[(MaxBits - LinearBits + 2) * HalfBuckets];

    public long Count { get; private set; }

    /// <summary>The largest value recorded, exactly.</summary>
    public long Max { get; private set; }

    public double Mean => Count == 0 ? 0 : Sum / Count;

    private double Sum { get; set; }

    public void Record(long nanoseconds)
    {
        long value = Math.Clamp(nanoseconds, 0, Largest);
        _counts[IndexOf(value)]++;
        Count++;
        Sum += value;
        Max = Math.Max(Max, value);
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Sum += other.Sum;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The value that the given percentage of all values does not pass; 0 when empty.</summary>
    public long Percentile(double percent)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return Math.Min(Middle(i), Max);
            }
        }

        return Max;
    }

    /// <summary>Buckets that hold something: the value in their middle and the count.</summary>
    public IEnumerable<(long Value, long Count)> Buckets()
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] != 0)
            {
                yield return (Middle(i), _counts[i]);
            }
        }
    }

    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)value) - LinearBits);
        return (shift * HalfBuckets) + (int)(value >> shift);
    }

    private static long Middle(int index)
    {
        int shift = Math.Max(0, (index / HalfBuckets) - 1);
        long lowest = (long)(index - (shift * HalfBuckets)) << shift;
        return lowest + ((1L << shift) >> 1);
    }
}
