using Basalt.Engine.Compression;

namespace Basalt.Engine.Tests.Compression;

public sealed class BlockCodecTests
{
    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Lz4)]
    public void For_WhenKindIsKnown_ThenCodecIsOfThatKind(CompressionKind kind)
    {
        Assert.Equal(kind, BlockCodec.For(kind).Kind);
    }

    [Fact]
    public void For_WhenKindIsOfNewerFormat_ThenItSaysSo()
    {
        DatabaseException exception = Assert.Throws<DatabaseException>(() => BlockCodec.For((CompressionKind)77));

        Assert.Equal(DatabaseError.UnsupportedFormat, exception.Error);
        Assert.Contains("77", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_WhenBlockFits_ThenItIsCopiedBothWays()
    {
        BlockCodec codec = BlockCodec.For(CompressionKind.None);
        byte[] block = CompressionSamples.Noise(1, 100);
        byte[] stored = new byte[100];
        byte[] restored = new byte[100];

        Assert.Equal(100, codec.MaxCompressedLength(100));
        Assert.Equal(100, codec.Compress(block, stored));
        Assert.True(codec.TryDecompress(stored, restored));
        Assert.Equal(block, restored);
    }

    [Fact]
    public void Stored_WhenLengthsDiffer_ThenItRefuses()
    {
        BlockCodec codec = BlockCodec.For(CompressionKind.None);

        Assert.Equal(0, codec.Compress(new byte[10], new byte[9]));
        Assert.False(codec.TryDecompress(new byte[10], new byte[9]));
        Assert.False(codec.TryDecompress(new byte[9], new byte[10]));
    }
}
