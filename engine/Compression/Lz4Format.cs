namespace Basalt.Engine.Compression;

/// <summary>
/// Constants of the LZ4 block format. A block is a row of sequences: a token (literal count in the high four bits, match length less
/// <see cref="MinMatch"/> in the low four), more literal-count bytes while they are 255 if the count is 15, the literals, the match offset
/// (two bytes, little-endian), and more match-length bytes likewise. The last sequence ends after its literals.
/// </summary>
internal static class Lz4Format
{
    public const int MinMatch = 4;
    public const int MaxDistance = ushort.MaxValue;

    /// <summary>The value of a token's half that says that more length bytes follow.</summary>
    public const int LengthEscape = 15;

    /// <summary>The last bytes of a block are always literals; decoders rely on it to copy in wide steps.</summary>
    public const int TrailingLiterals = 5;

    /// <summary>No match starts closer than this to the end of a block.</summary>
    public const int MatchStartMargin = 12;
}
