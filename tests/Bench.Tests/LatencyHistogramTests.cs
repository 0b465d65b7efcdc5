using Basalt.Bench.Load;

namespace Basalt.Bench.Tests;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percents = [50, 90, 99, 99.9, 100];

    [Fact]
    public void Percentile_OfAnyValues_IsWithinOnePercentOfTheExactOne()
    {
        Random random = new(7);
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];
        LatencyHistogram histogram = new();

        Array.ForEach(values, histogram.Record);

        Array.Sort(values);
        foreach (double percent in Percents)
        {
            long exact = values[(int)Math.Ceiling(values.Length * percent / 100) - 1];
            Assert.InRange(histogram.Percentile(percent), exact * 0.99, (exact * 1.01) + 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(1L << 41)]
    [InlineData((1L << 42) - 1)]
    public void Buckets_OfOneValue_HoldItWithinOnePercent(long value)
    {
        LatencyHistogram histogram = new();

        histogram.Record(value);

        (long middle, long count) = Assert.Single(histogram.Buckets());
        Assert.Equal(1, count);
        Assert.InRange(middle, value * 0.99, value * 1.01);
        Assert.Equal(value, histogram.Max);
    }

    [Fact]
    public void Record_OfValuesOutOfRange_CountsThemAtTheEnds()
    {
        LatencyHistogram histogram = new();

        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal((1L << 42) - 1, histogram.Max);
    }

    [Fact]
    public void Add_OfAnotherHistogram_EqualsRecordingAllInOne()
    {
        LatencyHistogram left = new();
        LatencyHistogram right = new();
        LatencyHistogram all = new();
        for (long value = 1; value < 1_000_000; value = (value * 3 / 2) + 1)
        {
            (value % 2 == 0 ? left : right).Record(value);
            all.Record(value);
        }

        left.Add(right);

        Assert.Equal(all.Buckets(), left.Buckets());
        Assert.Equal(all.Count, left.Count);
        Assert.Equal(all.Max, left.Max);
        Assert.Equal(all.Mean, left.Mean, 6);
    }

    [Fact]
    public void Percentile_WhenEmpty_IsZero() => Assert.Equal(0, new LatencyHistogram().Percentile(99));
}
