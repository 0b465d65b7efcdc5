using Basalt.Bench.Reports.Plots;

namespace Basalt.Bench.Tests;

public sealed class AxisTests
{
    [Fact]
    public void Logarithmic_WhenValuesLieBetweenPowersOfTen_EndsAtThem()
    {
        Axis axis = Axis.Logarithmic(250, 40_000);

        Assert.Equal([100, 1_000, 10_000, 100_000], axis.Ticks().Select(tick => Math.Round(tick)));
        Assert.Equal(1 / 3.0, axis.Position(1_000), 6);
        Assert.Equal(1, axis.Position(1e9));
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Ticks_OfALinearAxis_AreAtMostElevenRoundSteps(double to)
    {
        double[] ticks = [.. new Axis(0, to, IsLogarithmic: false).Ticks()];

        Assert.InRange(ticks.Length, 5, 11);
        Assert.Equal(0, ticks[0]);
    }
}
