using Basalt.Bench.Load;

namespace Basalt.Bench.Tests;

public sealed class KeyFormatTests
{
    [Fact]
    public void Ordered_WhenNumbersAscend_HasAscendingKeys()
    {
        using PreparedKeys keys = PreparedKeys.Ordered(250, 1_000);

        for (int i = 1; i < keys.Count; i++)
        {
            Assert.True(keys[i - 1].SequenceCompareTo(keys[i]) < 0);
        }
    }

    [Fact]
    public void Scattered_WhenNumbersDiffer_HasDistinctKeysInNoOrder()
    {
        using PreparedKeys keys = PreparedKeys.Scattered(0, 10_000);

        HashSet<string> distinct = [];
        int ascending = 0;
        for (int i = 0; i < keys.Count; i++)
        {
            distinct.Add(Convert.ToHexString(keys[i]));
            ascending += i > 0 && keys[i - 1].SequenceCompareTo(keys[i]) < 0 ? 1 : 0;
        }

        Assert.Equal(10_000, distinct.Count);
        Assert.InRange(ascending, 4_500, 5_500);
    }

    [Fact]
    public void Chosen_WhenTheNumbersAreThoseOfScattered_FindsTheirKeys()
    {
        using PreparedKeys all = PreparedKeys.Scattered(0, 50);
        using PreparedKeys chosen = PreparedKeys.Chosen(new UniformChooser(0, 50, 1), 200);

        HashSet<string> known = [];
        for (int i = 0; i < all.Count; i++)
        {
            known.Add(Convert.ToHexString(all[i]));
        }

        for (int i = 0; i < chosen.Count; i++)
        {
            Assert.Contains(Convert.ToHexString(chosen[i]), known);
        }
    }
}
