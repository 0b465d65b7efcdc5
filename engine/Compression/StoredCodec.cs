namespace Basalt.Engine.Compression;

/// <summary>Keeps blocks as they are.</summary>
internal sealed class StoredCodec : BlockCodec
{
    public static readonly StoredCodec Instance = new();

    private StoredCodec()
    {
    }

    public override CompressionKind Kind => CompressionKind.None;

    public override int MaxCompressedLength(int length) => length;

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.TryCopyTo(destination) ? source.Length : 0;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.Length == destination.Length && source.TryCopyTo(destination);
}
