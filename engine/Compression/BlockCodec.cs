namespace Basalt.Engine.Compression;

/// <summary>
/// Compresses single blocks. Neither side frames its data: the caller stores the codec, both lengths and a checksum. Thread-safe; no
/// call allocates in steady state.
/// </summary>
internal abstract class BlockCodec
{
    /// <summary>The codec of a kind.</summary>
    /// <exception cref="DatabaseException">The kind is of a newer format.</exception>
    public static BlockCodec For(CompressionKind kind) => kind switch
    {
        CompressionKind.None => StoredCodec.Instance,
        CompressionKind.Lz4 => Lz4Codec.Instance,
        _ => throw new DatabaseException(
            DatabaseError.UnsupportedFormat,
            $"Compression kind {(int)kind} is not known to this build; open the database with the version that wrote it."),
    };

    /// <summary>Which codec this is.</summary>
    public abstract CompressionKind Kind { get; }

    /// <summary>The most bytes that <paramref name="length"/> bytes may take when compressed.</summary>
    public abstract int MaxCompressedLength(int length);

    /// <summary>
    /// Compresses <paramref name="source"/>. Returns the bytes written, at least one unless the source is empty, or 0 if they do not fit
    /// into <paramref name="destination"/>. The rest of the destination is undefined afterwards. The two must not overlap.
    /// </summary>
    public abstract int Compress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>
    /// Decompresses <paramref name="source"/> so that it fills <paramref name="destination"/> exactly; otherwise returns false and leaves the
    /// destination undefined. Safe for any source: reads and writes stay inside the two spans, which must not overlap.
    /// </summary>
    public abstract bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
