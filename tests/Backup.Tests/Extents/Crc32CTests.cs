using Basalt.Backup.Checksums;

namespace Basalt.Backup.Tests.Extents;

public sealed class Crc32CTests
{
    [Fact]
    public void Compute_WhenGivenTheCheckString_IsTheKnownValue() => Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0xE3069283u)]
    [InlineData(uint.MaxValue)]
    public void Unmask_WhenMasked_IsTheCrc(uint crc)
    {
        Assert.NotEqual(crc, Crc32C.Mask(crc));
        Assert.Equal(crc, Crc32C.Unmask(Crc32C.Mask(crc)));
    }

    [Fact]
    public void Combine_WhenSplitAnywhere_IsTheCrcOfTheWhole()
    {
        byte[] bytes = new byte[1000];
        new Random(3).NextBytes(bytes);
        uint whole = Crc32C.Compute(bytes);
        for (int split = 0; split <= bytes.Length; split++)
        {
            uint first = Crc32C.Compute(bytes.AsSpan(0, split));
            uint second = Crc32C.Compute(bytes.AsSpan(split));

            Assert.Equal(whole, Crc32C.Combine(first, second, bytes.Length - split));
            Assert.Equal(whole, Crc32C.Append(first, bytes.AsSpan(split)));
        }
    }
}
