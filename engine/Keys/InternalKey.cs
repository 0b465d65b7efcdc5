using System.Runtime.CompilerServices;

namespace Basalt.Engine.Keys;

/// <summary>
/// The order of everything in the engine: user key ascending (unsigned bytes), then <i>trailer</i> descending, so that the newest
/// version of a key comes first. The trailer packs a 56-bit sequence number and a <see cref="ValueKind"/> in its lowest byte.
/// </summary>
internal static class InternalKey
{
    /// <summary>Bytes of a stored trailer (little-endian).</summary>
    public const int TrailerLength = sizeof(ulong);

    /// <summary>The highest sequence number that fits.</summary>
    public const ulong MaxSequence = (1UL << 56) - 1;

    /// <summary>A trailer that sorts before every entry of its user key: where a seek to the newest version starts.</summary>
    public const ulong NewestTrailer = ulong.MaxValue;

    /// <summary>A trailer that sorts after every entry of its user key.</summary>
    public const ulong OldestTrailer = 0;

    /// <summary>Packs a sequence number and a kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Pack(ulong sequence, ValueKind kind) => (sequence << 8) | (byte)kind;

    /// <summary>The trailer from which a read at <paramref name="sequence"/> seeks: the first entry not newer than it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SeekTrailer(ulong sequence) => (sequence << 8) | 0xFF;

    /// <summary>The sequence number in a trailer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SequenceOf(ulong trailer) => trailer >> 8;

    /// <summary>The kind in a trailer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueKind KindOf(ulong trailer) => (ValueKind)(byte)trailer;

    /// <summary>Compares two internal keys: user key ascending, then trailer descending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(ReadOnlySpan<byte> leftKey, ulong leftTrailer, ReadOnlySpan<byte> rightKey, ulong rightTrailer)
    {
        int order = leftKey.SequenceCompareTo(rightKey);
        return order != 0 ? order : rightTrailer.CompareTo(leftTrailer);
    }
}
