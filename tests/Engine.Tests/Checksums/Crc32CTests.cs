using System.Text;
using Basalt.Engine.Checksums;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Checksums;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Compute_WhenTextIsKnown_ThenAnswerIsPublishedOne(string text, uint expected)
    {
        uint crc = Crc32C.Compute(Encoding.ASCII.GetBytes(text));

        Assert.Equal(expected, crc);
    }

    /// <summary>The vectors of RFC 3720, appendix B.4.</summary>
    [Fact]
    public void Compute_WhenDataIsOfRfc3720_ThenAnswerIsPublishedOne()
    {
        byte[] zeros = new byte[32];
        byte[] ones = Enumerable.Repeat((byte)0xFF, 32).ToArray();
        byte[] rising = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        byte[] falling = Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray();

        Assert.Equal(0x8A9136AAu, Crc32C.Compute(zeros));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(ones));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(rising));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute(falling));
    }

    [Fact]
    public void Append_WhenDataIsCutAnywhere_ThenItEqualsBytewiseReference() =>
        Prop.ForAll(
            Inputs(),
            input =>
            {
                byte[] data = Data(input.Seed, input.Length);
                int cut = input.Length == 0 ? 0 : (int)(input.Cut % (uint)(input.Length + 1));

                uint whole = Reference(data);
                uint appended = Crc32C.Append(Crc32C.Compute(data.AsSpan(0, cut)), data.AsSpan(cut));

                return whole == Crc32C.Compute(data) && whole == appended;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Combine_WhenPartsAreCutAnywhere_ThenItEqualsChecksumOfWhole() =>
        Prop.ForAll(
            Inputs(),
            input =>
            {
                byte[] data = Data(input.Seed, input.Length);
                int cut = (int)(input.Cut % (uint)(input.Length + 1));

                uint combined = Crc32C.Combine(
                    Crc32C.Compute(data.AsSpan(0, cut)), Crc32C.Compute(data.AsSpan(cut)), input.Length - cut);

                return combined == Reference(data);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Combine_WhenSecondPartIsLongerThanAnArray_ThenItEqualsRepeatedCombination()
    {
        // Zeros doubled 36 times: 64 GiB that were never in memory.
        uint crc = Crc32C.Compute(new byte[1]);
        long length = 1;
        for (int i = 0; i < 36; i++)
        {
            crc = Crc32C.Combine(crc, crc, length);
            length *= 2;
        }

        uint quarters = Crc32C.Compute([]);
        uint quarter = Crc32C.Compute(new byte[1 << 20]);
        for (long done = 0; done < length; done += 1 << 20)
        {
            quarters = Crc32C.Combine(quarters, quarter, 1 << 20);
        }

        Assert.Equal(quarters, crc);
    }

    [Fact]
    public void Combine_WhenLengthIsNegative_ThenItThrows()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Crc32C.Combine(1, 2, -1));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(1000)]
    [InlineData(7000)]
    public void Compute_WhenAnyByteIsFlipped_ThenChecksumDiffers(int length)
    {
        byte[] data = Data(7, length);
        uint crc = Crc32C.Compute(data);

        for (int i = 0; i < length; i++)
        {
            data[i] ^= 0x10;
            Assert.NotEqual(crc, Crc32C.Compute(data));
            data[i] ^= 0x10;
        }
    }

    private static Arbitrary<(int Seed, int Length, uint Cut)> Inputs() =>
        (from seed in Gen.Choose(0, int.MaxValue - 1)
         from length in Gen.OneOf(Gen.Choose(0, 100), Gen.Choose(700, 3000), Gen.Choose(6000, 30_000))
         from cut in Gen.Choose(0, int.MaxValue - 1)
         select (seed, length, (uint)cut)).ToArbitrary();

    private static byte[] Data(int seed, int length)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }

    private static uint Reference(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
            }
        }

        return ~crc;
    }
}
