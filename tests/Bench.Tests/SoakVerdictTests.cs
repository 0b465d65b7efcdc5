using Basalt.Bench.Soak;

namespace Basalt.Bench.Tests;

/// <summary>When a steady load counts as steady.</summary>
public sealed class SoakVerdictTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void Of_WhenNothingGrows_IsGood() => Assert.Empty(SoakVerdict.Of(Windows(_ => 300 * Mebibyte, _ => 5), includesLatency: true));

    [Fact]
    public void Of_WhenOnlyTheFirstWindowIsSmall_IsGood() =>
        Assert.Empty(SoakVerdict.Of(Windows(number => (number == 0 ? 50 : 300) * Mebibyte, _ => 5), includesLatency: true));

    [Fact]
    public void Of_WhenMemoryGrows_SaysSo() =>
        Assert.Contains("resident", Assert.Single(SoakVerdict.Of(Windows(number => (200 + (40 * number)) * Mebibyte, _ => 5), includesLatency: true)), StringComparison.Ordinal);

    [Fact]
    public void Of_WhenRequestsBecomeSlow_SaysSo() =>
        Assert.Contains("p99", Assert.Single(SoakVerdict.Of(Windows(_ => 300 * Mebibyte, number => 5 + (10 * number)), includesLatency: true)), StringComparison.Ordinal);

    private static SoakWindow[] Windows(Func<int, long> residentBytes, Func<int, double> milliseconds) =>
    [
        .. Enumerable.Range(0, 13).Select(number =>
        {
            SoakWindow window = new() { Start = number, ResidentBytes = residentBytes(number), OpenFiles = 200 };
            for (int i = 0; i < 100; i++)
            {
                window.Record((long)(milliseconds(number) * 1e6));
            }

            return window;
        }),
    ];
}
