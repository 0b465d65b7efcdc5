using Basalt.Engine.Compression;

namespace Basalt.Engine.Tests.Compression;

/// <summary>Damaged blocks may decode to anything or be refused, but no byte outside the destination may change.</summary>
public sealed class Lz4MalformedInputTests
{
    private static readonly BlockCodec Codec = BlockCodec.For(CompressionKind.Lz4);

    [Fact]
    public void TryDecompress_WhenSourceIsNoise_ThenItStaysInside()
    {
        var random = new Random(11);
        for (int i = 0; i < 30_000; i++)
        {
            byte[] source = new byte[random.Next(60)];
            random.NextBytes(source);
            if (i % 2 == 0)
            {
                BiasTowardsValidOffsets(random, source);
            }

            AssertStaysInside(source, random.Next(300));
        }
    }

    [Fact]
    public void TryDecompress_WhenAnyByteIsFlipped_ThenItStaysInside()
    {
        byte[] block = [.. CompressionSamples.Text(1, 600), .. CompressionSamples.Pattern(2, 3, 400), .. CompressionSamples.Noise(3, 300)];
        byte[] source = Compress(block);
        for (int i = 0; i < source.Length; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x0F, 0x10, 0x80, 0xF0, 0xFF })
            {
                source[i] ^= mask;
                AssertStaysInside(source, block.Length);
                source[i] ^= mask;
            }
        }
    }

    [Fact]
    public void TryDecompress_WhenSourceIsTruncated_ThenItReturnsFalse()
    {
        byte[] block = [.. CompressionSamples.Text(1, 600), .. CompressionSamples.Pattern(2, 3, 400), .. CompressionSamples.Noise(3, 300)];
        byte[] source = Compress(block);
        for (int length = 0; length < source.Length; length++)
        {
            Assert.False(AssertStaysInside(source.AsSpan(0, length), block.Length), $"truncated to {length}");
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x10, 0x41, 0x00, 0x00 })]
    [InlineData(new byte[] { 0x10, 0x41, 0x02, 0x00 })]
    [InlineData(new byte[] { 0x10, 0x41, 0x01, 0x00 })]
    [InlineData(new byte[] { 0x1F, 0x41, 0x01, 0x00, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xF0, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x00, 0x01, 0x00, 0x00 })]
    public void TryDecompress_WhenBlockBreaksTheFormat_ThenItReturnsFalse(byte[] source)
    {
        for (int length = 0; length < 64; length++)
        {
            Assert.False(AssertStaysInside(source, length), $"destination of {length}");
        }
    }

    private static bool AssertStaysInside(ReadOnlySpan<byte> source, int length)
    {
        // An array of exactly that size, so that a read past its end is a read of other objects: what it returns would differ.
        var destination = new GuardedBuffer(length);
        bool decoded = Codec.TryDecompress(source.ToArray(), destination.Span);
        Assert.True(destination.IsIntact, $"wrote outside: {Convert.ToHexString(source)} into {length} bytes");
        return decoded;
    }

    private static void BiasTowardsValidOffsets(Random random, byte[] source)
    {
        for (int j = 0; j < source.Length; j++)
        {
            source[j] = random.Next(3) switch
            {
                0 => (byte)random.Next(0, 8),
                1 => (byte)(random.Next(16) << 4 | random.Next(16)),
                _ => 0,
            };
        }
    }

    private static byte[] Compress(byte[] block)
    {
        byte[] compressed = new byte[Codec.MaxCompressedLength(block.Length)];
        return compressed[..Codec.Compress(block, compressed)];
    }
}
