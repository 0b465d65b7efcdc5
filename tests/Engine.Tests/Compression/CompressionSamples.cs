using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Compression;

/// <summary>Blocks of many shapes: noise, text, runs, short patterns, and mixtures of them.</summary>
internal static class CompressionSamples
{
    private static readonly string[] Words =
        ["basalt", "segment", "the", "of", "block", "snapshot", "lease", "and", "key", "value", "0", "1969", "compaction", "\n", "\"id\":"];

    public static Arbitrary<byte[]> Blocks(int maxPieceLength = 3000) =>
        (from pieces in Gen.ListOf(Piece(maxPieceLength))
         select pieces.SelectMany(piece => piece).ToArray()).ToArbitrary();

    public static byte[] Text(int seed, int length)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
            if (random.Next(4) == 0)
            {
                text.Append(random.Next());
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    public static byte[] Noise(int seed, int length)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }

    public static byte[] Pattern(int seed, int period, int length)
    {
        byte[] pattern = Noise(seed, period);
        return Enumerable.Range(0, length).Select(i => pattern[i % period]).ToArray();
    }

    private static Gen<byte[]> Piece(int maxLength) =>
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from length in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, maxLength))
        from period in Gen.Choose(1, 40)
        from shape in Gen.Choose(0, 2)
        select shape switch
        {
            0 => Noise(seed, length),
            1 => Text(seed, length),
            _ => Pattern(seed, period, length),
        };
}
