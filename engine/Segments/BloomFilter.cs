using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace Basalt.Engine.Segments;

/// <summary>
/// A blocked Bloom filter (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom Filters", 2007): the hash chooses one
/// line of 64 bytes, all probes stay in it, so that a negative answer costs at most one cache miss. At 10 bits per key and 6 probes
/// about 1 % of absent keys pass, against 0.8 % for an ordinary filter with its six misses.
/// </summary>
internal static unsafe class BloomFilter
{
    /// <summary>Bytes of a line.</summary>
    public const int LineLength = 64;

    private const int BitsPerLine = LineLength * 8;

    // 2^32 divided by the golden ratio: each multiplication brings fresh high bits, nine of which choose a bit of the line.
    private const uint Spread = 0x9E37_79B9;

    /// <summary>The hash of a user key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    /// <summary>
    /// The best number of probes for a number of bits per key. Crowded lines make it a little less than the ln 2 times bits of an
    /// ordinary filter.
    /// </summary>
    public static int ProbesFor(int bitsPerKey) => Math.Clamp((int)(bitsPerKey * 0.62), 1, 16);

    /// <summary>Lines for a number of keys.</summary>
    public static long LinesFor(long keys, int bitsPerKey) => Math.Clamp(
        ((keys * bitsPerKey) + BitsPerLine - 1) / BitsPerLine,
        1,
        (SegmentFormat.MaxSectionLength / LineLength) - 1);

    /// <summary>Adds a hash.</summary>
    public static void Add(byte* lines, uint lineCount, int probes, ulong hash)
    {
        byte* line = LineOf(lines, lineCount, hash);
        uint state = (uint)hash * Spread;
        for (int i = 0; i < probes; i++)
        {
            uint bit = state >> 23;
            line[bit >> 3] |= (byte)(1 << (int)(bit & 7));
            state *= Spread;
        }
    }

    /// <summary>Whether a hash may have been added; false is certain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayContain(byte* lines, uint lineCount, int probes, ulong hash)
    {
        byte* line = LineOf(lines, lineCount, hash);
        uint state = (uint)hash * Spread;
        for (int i = 0; i < probes; i++)
        {
            uint bit = state >> 23;
            if ((line[bit >> 3] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }

            state *= Spread;
        }

        return true;
    }

    // The high half chooses the line (a multiplication in place of a division), the low half the bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* LineOf(byte* lines, uint lineCount, ulong hash) =>
        lines + (((hash >> 32) * lineCount >> 32) * LineLength);
}
