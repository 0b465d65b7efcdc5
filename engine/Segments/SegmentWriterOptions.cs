namespace Basalt.Engine.Segments;

/// <summary>How segments are written.</summary>
internal sealed record SegmentWriterOptions
{
    /// <summary>Target bytes of a data block before compression.</summary>
    public int BlockSize { get; init; } = 4096;

    /// <summary>Codec of data blocks; a block that does not shrink is stored as it is.</summary>
    public CompressionKind Compression { get; init; } = CompressionKind.Lz4;

    /// <summary>Bloom filter bits per key; 0 writes no filter.</summary>
    public int FilterBitsPerKey { get; init; } = 10;
}
