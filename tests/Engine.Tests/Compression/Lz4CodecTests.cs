using Basalt.Engine.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Compression;

public sealed class Lz4CodecTests
{
    private static readonly BlockCodec Codec = BlockCodec.For(CompressionKind.Lz4);

    [Fact]
    public void Compress_WhenBlockIsAny_ThenItComesBack() =>
        Prop.ForAll(CompressionSamples.Blocks(), block => RoundTrip(block)).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Compress_WhenLengthIsSmall_ThenEveryLengthAndPeriodComesBack()
    {
        for (int length = 0; length < 90; length++)
        {
            for (int period = 1; period < 20; period++)
            {
                Assert.True(RoundTrip(CompressionSamples.Pattern(length, period, length)), $"length {length}, period {period}");
            }
        }
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData((16 << 20) + 3)]
    public void Compress_WhenBlockIsLarge_ThenItComesBackMuchSmaller(int length)
    {
        byte[] block = CompressionSamples.Text(3, length);
        byte[] compressed = new byte[Codec.MaxCompressedLength(length)];
        byte[] restored = new byte[length];

        int written = Codec.Compress(block, compressed);

        Assert.InRange(written, 1, length * 3 / 4);
        Assert.True(Codec.TryDecompress(compressed.AsSpan(0, written), restored));
        Assert.True(block.AsSpan().SequenceEqual(restored));
    }

    [Fact]
    public void Compress_WhenBlockIsNoise_ThenItStaysWithinItsBound()
    {
        byte[] block = CompressionSamples.Noise(5, 100_000);
        byte[] compressed = new byte[Codec.MaxCompressedLength(block.Length)];

        int written = Codec.Compress(block, compressed);

        Assert.InRange(written, block.Length, compressed.Length);
    }

    [Fact]
    public void Compress_WhenDestinationIsTooSmall_ThenItReturnsZeroAndWritesOnlyInside() =>
        Prop.ForAll(
            CompressionSamples.Blocks(300),
            block =>
            {
                int needed = Codec.Compress(block, new byte[Codec.MaxCompressedLength(block.Length)]);
                for (int capacity = 0; capacity <= needed; capacity += 1 + (capacity / 50))
                {
                    var destination = new GuardedBuffer(capacity);
                    int written = Codec.Compress(block, destination.Span);
                    if (written != (capacity == needed ? needed : 0) || !destination.IsIntact)
                    {
                        return false;
                    }
                }

                var exact = new GuardedBuffer(needed);
                return Codec.Compress(block, exact.Span) == needed && exact.IsIntact;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryDecompress_WhenDestinationHasAnotherLength_ThenItReturnsFalse() =>
        Prop.ForAll(
            CompressionSamples.Blocks(300),
            block =>
            {
                byte[] compressed = new byte[Codec.MaxCompressedLength(block.Length)];
                ReadOnlySpan<byte> source = compressed.AsSpan(0, Codec.Compress(block, compressed));
                foreach (int length in new[] { 0, 1, block.Length / 2, block.Length - 1, block.Length + 1, block.Length + 100 })
                {
                    if (length < 0 || length == block.Length)
                    {
                        continue;
                    }

                    var destination = new GuardedBuffer(length);
                    if (Codec.TryDecompress(source, destination.Span) || !destination.IsIntact)
                    {
                        return false;
                    }
                }

                return true;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Compress_WhenRepeated_ThenNothingIsAllocated()
    {
        byte[] block = CompressionSamples.Text(4, 4096);
        byte[] compressed = new byte[Codec.MaxCompressedLength(block.Length)];
        byte[] restored = new byte[block.Length];
        int written = Codec.Compress(block, compressed);
        Codec.TryDecompress(compressed.AsSpan(0, written), restored);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            written = Codec.Compress(block, compressed);
            Codec.TryDecompress(compressed.AsSpan(0, written), restored);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void MaxCompressedLength_WhenSourceIsTooLong_ThenItThrows()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Codec.MaxCompressedLength(int.MaxValue));
    }

    private static bool RoundTrip(byte[] block)
    {
        var compressed = new GuardedBuffer(Codec.MaxCompressedLength(block.Length));
        int written = Codec.Compress(block, compressed.Span);
        var restored = new GuardedBuffer(block.Length);
        return written > 0
            && compressed.IsIntact
            && Codec.TryDecompress(compressed.Span[..written], restored.Span)
            && restored.IsIntact
            && restored.Span.SequenceEqual(block);
    }
}
