using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Basalt.Backup.Naming;

/// <summary>
/// Unique names that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base32. In lower case, unlike the usual
/// spelling, so that names differ in more than case on no file system.
/// </summary>
internal static class Ulid
{
    public const int Length = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet);

    public static string Create(TimeProvider clock)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, clock.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bytes[6..]);
        return Encode(BinaryPrimitives.ReadUInt128BigEndian(bytes), Length);
    }

    /// <summary>A UUID of version 7 as a ULID: both are 48 bits of milliseconds and then random ones.</summary>
    public static string Of(Guid uuid)
    {
        if (uuid.Version != 7)
        {
            throw new ArgumentException($"'{uuid}' is no UUID of version 7.", nameof(uuid));
        }

        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Encode(BinaryPrimitives.ReadUInt128BigEndian(bytes), Length);
    }

    /// <summary>The time of one ULID with other random bits: the last 80 of a number.</summary>
    public static string WithRandomness(string ulid, UInt128 random)
    {
        TryDecode(ulid, out UInt128 value);
        UInt128 mask = (UInt128.One << 80) - 1;
        return Encode((value & ~mask) | (random & mask), Length);
    }

    public static bool IsUlid(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Digits);

    /// <summary>When a ULID was made.</summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        bool isUlid = IsUlid(text) & TryDecode(text, out UInt128 value);
        time = isUlid ? DateTimeOffset.FromUnixTimeMilliseconds((long)(value >> 80)) : default;
        return isUlid;
    }

    /// <summary>A number in base32, the most significant digit first.</summary>
    public static string Encode(UInt128 value, int digits) =>
        string.Create(digits, value, static (span, rest) =>
        {
            for (int i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out UInt128 value)
    {
        value = 0;
        foreach (char digit in text)
        {
            int number = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (number < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)number;
        }

        return text.Length is > 0 and <= Length;
    }
}
