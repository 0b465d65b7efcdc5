using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Basalt.Engine.Keys;

/// <summary>
/// The first eight bytes of a user key as a big-endian number, padded with zeros. Unequal prefixes order their keys; equal ones decide
/// nothing, because a key may end where another goes on with zeros.
/// </summary>
internal static class KeyPrefix
{
    /// <summary>Bytes that a prefix covers.</summary>
    public const int Length = sizeof(ulong);

    /// <summary>The prefix of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> key) =>
        key.Length >= Length ? BinaryPrimitives.ReadUInt64BigEndian(key) : OfShort(key);

    private static ulong OfShort(ReadOnlySpan<byte> key)
    {
        ulong prefix = 0;
        int shift = 64;
        foreach (byte b in key)
        {
            shift -= 8;
            prefix |= (ulong)b << shift;
        }

        return prefix;
    }
}
