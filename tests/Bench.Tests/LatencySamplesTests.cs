using Basalt.Bench.Load;

namespace Basalt.Bench.Tests;

public sealed class LatencySamplesTests
{
    private const long Interval = 1_000;

    [Fact]
    public void Between_WhenASpanIsGiven_HasOnlyTheCallsThatShouldHaveBegunInIt()
    {
        LatencySamples samples = Filled(100);

        LatencyHistogram latency = samples.Between(samples.Start + (10 * Interval), samples.Start + (20 * Interval));

        Assert.Equal(10, latency.Count);
        Assert.Equal(19, latency.Max);
    }

    [Fact]
    public void Between_WhenTheSpanIsLargerThanTheLoad_HasAllCalls() =>
        Assert.Equal(100, Filled(100).Between(0, long.MaxValue).Count);

    [Fact]
    public void ToTimeline_WhenTheLastIntervalIsShort_KeepsIt()
    {
        LatencyTimeline timeline = Filled(25).ToTimeline(TimeSpan.FromTicks(10 * Interval / 100));

        Assert.Equal([9, 19, 24], timeline.Points.Select(point => point.Max));
        Assert.Equal([0, 1e-5, 2e-5], timeline.Points.Select(point => point.Seconds));
    }

    /// <summary>The latency of each call is its number.</summary>
    private static LatencySamples Filled(int count)
    {
        LatencySamples samples = new(Interval, count);
        samples.Begin(5_000_000);
        for (int i = 0; i < count; i++)
        {
            samples.Add(i);
        }

        return samples;
    }
}
