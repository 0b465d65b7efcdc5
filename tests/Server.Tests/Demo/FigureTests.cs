using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class FigureTests
{
    [Theory]
    [InlineData(0.4, "0 µs")]
    [InlineData(12, "12 µs")]
    [InlineData(999, "999 µs")]
    [InlineData(1000, "1.00 ms")]
    [InlineData(9994, "9.99 ms")]
    [InlineData(10_000, "10.0 ms")]
    [InlineData(1_234_500, "1,234.5 ms")]
    public void Latency_WhenShown_HasTheUnitThatSuits(double microseconds, string shown) =>
        Assert.Equal(shown, Figure.Latency(TimeSpan.FromMicroseconds(microseconds)));

    [Fact]
    public void Figures_WhenShown_AreGroupedAndRounded()
    {
        Assert.Equal("135,233", Figure.Count(135_233));
        Assert.Equal("12.3 MB", Figure.Megabytes(12_345_678));
        Assert.Equal("98.5 %", Figure.Percent(0.985));
        Assert.Equal("200 MB/s", Figure.Throughput(50_000_000, TimeSpan.FromMilliseconds(250)));
        Assert.Equal("4/s", Figure.Rate(2, TimeSpan.FromMilliseconds(500)));
        Assert.Equal("1.50 s", Figure.Seconds(TimeSpan.FromMilliseconds(1500)));
    }
}
