using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class LatencySummaryTests
{
    [Fact]
    public void Of_WhenDurationsAreOneToAThousand_HasExactPercentiles()
    {
        IEnumerable<TimeSpan> durations = Enumerable.Range(1, 1000).Reverse().Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds));

        LatencySummary summary = LatencySummary.Of(durations);

        Assert.Equal(new LatencySummary(1000, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(990), TimeSpan.FromSeconds(1)), summary);
    }

    [Fact]
    public void Of_WhenThereIsOne_IsThatOneThroughout()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);

        Assert.Equal(new LatencySummary(1, second, second, second), LatencySummary.Of([second]));
    }

    [Fact]
    public void Of_WhenThereAreNone_CountsNone() =>
        Assert.Equal(0, LatencySummary.Of([]).Count);
}
