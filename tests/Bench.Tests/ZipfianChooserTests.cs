using Basalt.Bench.Load;

namespace Basalt.Bench.Tests;

public sealed class ZipfianChooserTests
{
    private const int Count = 1_000;
    private const int Draws = 200_000;

    [Fact]
    public void Next_ManyTimes_DrawsEachNumberAsOftenAsTheDistributionSays()
    {
        ZipfianChooser chooser = new(Count, seed: 3);
        int[] drawn = new int[Count];

        for (int i = 0; i < Draws; i++)
        {
            drawn[chooser.Next()]++;
        }

        double zeta = Enumerable.Range(1, Count).Sum(rank => Math.Pow(rank, -ZipfianChooser.Skew));
        Assert.InRange(drawn[0] / (double)Draws, 0.95 / zeta, 1.05 / zeta);
        Assert.InRange(drawn[1] / (double)Draws, 0.9 * Math.Pow(2, -ZipfianChooser.Skew) / zeta, 1.1 * Math.Pow(2, -ZipfianChooser.Skew) / zeta);

        // The method draws the ranks after the second from a continuous distribution; over a range it agrees.
        double expected = Enumerable.Range(11, 90).Sum(rank => Math.Pow(rank, -ZipfianChooser.Skew)) / zeta;
        Assert.InRange(drawn[10..100].Sum() / (double)Draws, 0.9 * expected, 1.1 * expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Next_OfFewNumbers_StaysAmongThem(int count)
    {
        ZipfianChooser chooser = new(count, seed: 1);

        for (int i = 0; i < 10_000; i++)
        {
            Assert.InRange(chooser.Next(), 0, count - 1);
        }
    }
}
