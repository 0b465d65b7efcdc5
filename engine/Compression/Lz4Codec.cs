using System.Diagnostics;

namespace Basalt.Engine.Compression;

/// <summary>
/// The LZ4 <i>block</i> format (lz4_Block_format.md, version of 2022), byte-compatible with the reference library. Written here because
/// no LZ4 package can be restored from the feed this project builds against; K4os.Compression.LZ4 can take its place behind
/// <see cref="BlockCodec"/>.
/// </summary>
internal sealed unsafe class Lz4Codec : BlockCodec
{
    /// <summary>The longest source of the reference library; with it the longest compressed length still fits an int.</summary>
    public const int MaxSourceLength = 0x7E00_0000;

    public static readonly Lz4Codec Instance = new();

    private Lz4Codec()
    {
    }

    public override CompressionKind Kind => CompressionKind.Lz4;

    public override int MaxCompressedLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxSourceLength);
        return length + (length / 255) + 16;
    }

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, MaxSourceLength);
        Debug.Assert(!source.Overlaps(destination), "Blocks are not compressed in place.");
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            return Lz4Encoder.Current.Encode(input, source.Length, output, destination.Length);
        }
    }

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Debug.Assert(!source.Overlaps(destination), "Blocks are not decompressed in place.");
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            return Lz4Decoder.TryDecode(input, source.Length, output, destination.Length);
        }
    }
}
