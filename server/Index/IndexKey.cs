using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Basalt.Server.Index;

/// <summary>
/// Keys of the inverted index: <c>property (u16, big-endian) | value, encoded so that bytes order as values do | object id (16 bytes,
/// big-endian)</c>; the entries' values are empty. A filter is a scan over a range of such keys. API.md describes the layout.
/// </summary>
internal static class IndexKey
{
    /// <summary>Entries about the shard itself, such as its object count.</summary>
    public const ushort Metadata = 0;

    /// <summary>The creation time in ms. Every object has exactly one such entry, so it also lists all ids.</summary>
    public const ushort CreationTime = 1;

    /// <summary>The time of the last update in ms, for classes that index timestamps.</summary>
    public const ushort UpdateTime = 2;

    /// <summary>The first property of the class; the others follow in the order of their creation.</summary>
    public const ushort FirstProperty = 16;

    /// <summary>Bytes of an object id.</summary>
    public const int IdLength = 16;

    /// <summary>Bytes of the property number.</summary>
    public const int PropertyLength = sizeof(ushort);

    /// <summary>Bytes of a key whose value is a number.</summary>
    public const int NumberKeyLength = PropertyLength + sizeof(long) + IdLength;

    /// <summary>Terms up to here are stored whole; of a longer one its beginning and a digest.</summary>
    public const int MaxTermLength = 1024;

    // A zero byte inside a term is followed by 0xFF, so a terminator sorts before any longer term with the same beginning.
    private const byte Escape = 0x00;
    private const byte EscapedZero = 0xFF;
    private const byte WholeTermEnd = 0x01;
    private const byte DigestFollows = 0x02;
    private const int DigestLength = 16;

    /// <summary>The most bytes of an encoded term.</summary>
    public const int MaxEncodedTermLength = (2 * MaxTermLength) + 2 + DigestLength;

    /// <summary>Writes an object id so that byte order is the order of its text.</summary>
    public static void WriteId(Guid id, Span<byte> target) => id.TryWriteBytes(target, bigEndian: true, out _);

    /// <summary>The first key of objects behind an id: keys have one length, so it is that id and one more byte.</summary>
    public static byte[] FirstObjectAfter(Guid id)
    {
        byte[] key = new byte[IdLength + 1];
        WriteId(id, key);
        return key;
    }

    /// <summary>The object that an index key points to.</summary>
    /// <exception cref="InvalidDataException">The key is too short to point to one.</exception>
    public static Guid ReadId(ReadOnlySpan<byte> key) =>
        key.Length >= IdLength ? new Guid(key[^IdLength..], bigEndian: true) : throw Malformed(key);

    /// <summary>Encodes a whole number: the sign bit is flipped, so negative numbers come first.</summary>
    public static void WriteInteger(long value, Span<byte> target) =>
        BinaryPrimitives.WriteUInt64BigEndian(target, (ulong)value ^ (1UL << 63));

    /// <summary>Encodes a number: IEEE 754 bits order as numbers once the sign bit, and all bits of negative ones, are flipped.</summary>
    public static void WriteNumber(double value, Span<byte> target)
    {
        // Both zeros are the same number.
        ulong bits = BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value);
        BinaryPrimitives.WriteUInt64BigEndian(target, (bits >> 63) == 0 ? bits | (1UL << 63) : ~bits);
    }

    /// <summary>Decodes a number.</summary>
    public static double ReadNumber(ReadOnlySpan<byte> source)
    {
        ulong bits = BinaryPrimitives.ReadUInt64BigEndian(source);
        return BitConverter.UInt64BitsToDouble((bits >> 63) == 0 ? ~bits : bits & ~(1UL << 63));
    }

    /// <summary>Encodes a term with its terminator.</summary>
    /// <returns>The bytes written, at most <see cref="MaxEncodedTermLength"/>.</returns>
    public static int WriteTerm(ReadOnlySpan<byte> term, Span<byte> target)
    {
        bool whole = term.Length <= MaxTermLength;
        int length = EscapeInto(whole ? term : term[..MaxTermLength], target);
        target[length++] = Escape;
        target[length++] = whole ? WholeTermEnd : DigestFollows;
        if (!whole)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(term, digest);
            digest[..DigestLength].CopyTo(target[length..]);
            length += DigestLength;
        }

        return length;
    }

    /// <summary>Encodes the beginning of a term, without a terminator: every term that begins so has this prefix.</summary>
    public static int WriteTermPrefix(ReadOnlySpan<byte> prefix, Span<byte> target) =>
        EscapeInto(prefix[..Math.Min(prefix.Length, MaxTermLength)], target);

    /// <summary>Decodes the term of an index key.</summary>
    /// <param name="key">The whole key.</param>
    /// <param name="target">At least <see cref="MaxTermLength"/> bytes.</param>
    /// <param name="isWhole">False for a long term, of which only the beginning is there.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="InvalidDataException">The key has no end of a term, or its term is longer than any.</exception>
    public static int ReadTerm(ReadOnlySpan<byte> key, Span<byte> target, out bool isWhole)
    {
        ReadOnlySpan<byte> encoded = key.Length >= PropertyLength + IdLength ? key[PropertyLength..^IdLength] : throw Malformed(key);
        int length = 0;
        while (!encoded.IsEmpty)
        {
            if (encoded[0] == Escape && !encoded.StartsWith([Escape, EscapedZero]))
            {
                isWhole = encoded.StartsWith([Escape, WholeTermEnd]);
                return isWhole || encoded.StartsWith([Escape, DigestFollows]) ? length : throw Malformed(key);
            }

            if (length == MaxTermLength)
            {
                break;
            }

            target[length++] = encoded[0];
            encoded = encoded[(encoded[0] == Escape ? 2 : 1)..];
        }

        throw Malformed(key);
    }

    /// <summary>What a key is that no index has. Indexes come with backups, too, and those from anywhere.</summary>
    public static InvalidDataException Malformed(ReadOnlySpan<byte> key) =>
        new($"An index has a malformed key of {key.Length} bytes, {Convert.ToHexString(key[..Math.Min(key.Length, 64)])}. Restore the class from a backup that verifies.");

    private static int EscapeInto(ReadOnlySpan<byte> term, Span<byte> target)
    {
        int length = 0;
        while (true)
        {
            int zero = term.IndexOf((byte)0);
            ReadOnlySpan<byte> run = zero < 0 ? term : term[..zero];
            run.CopyTo(target[length..]);
            length += run.Length;
            if (zero < 0)
            {
                return length;
            }

            target[length++] = Escape;
            target[length++] = EscapedZero;
            term = term[(zero + 1)..];
        }
    }
}
