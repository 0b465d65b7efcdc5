namespace Basalt.Engine.Compression;

internal abstract class BlockCodec
{
    public static BlockCodec For(CompressionKind kind) => throw new NotImplementedException();

    public abstract CompressionKind Kind { get; }

    public abstract int MaxCompressedLength(int length);

    public abstract int Compress(ReadOnlySpan<byte> source, Span<byte> destination);

    public abstract bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
