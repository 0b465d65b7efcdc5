using System.Globalization;
using Basalt.Engine;

namespace Basalt.Backup.Naming;

/// <summary>
/// Identity of the plain bytes of an extent: where its segment was born, which extent of it this is, and what it contains. Equal ids and
/// lengths mean equal bytes.
/// </summary>
/// <param name="Origin">The segment's origin.</param>
/// <param name="Extent">Index of the extent in the segment.</param>
/// <param name="XxHash128">XXH128 of the bytes.</param>
internal readonly record struct ContentId(SegmentOrigin Origin, int Extent, UInt128 XxHash128)
{
    private const int DigestDigits = 32;

    /// <summary>The folder of <c>data/</c>, one of 256, that evens out the load.</summary>
    public string Folder => ((byte)(XxHash128 >> 120)).ToString("x2", CultureInfo.InvariantCulture);

    /// <summary>The id in text: origin, extent in hex, digest in hex, joined by dashes.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Origin}-{Extent:x}-{FormatDigest(XxHash128)}");

    public override string ToString() => Name;

    public static bool TryParse(ReadOnlySpan<char> text, out ContentId id)
    {
        id = default;
        Span<Range> parts = stackalloc Range[6];
        if (text.Split(parts, '-') != 5
            || !TryParseOrigin(text[parts[0].Start..parts[2].End], out SegmentOrigin origin)
            || !TryParseHex(text[parts[3]], out ulong extent)
            || extent > int.MaxValue
            || !TryParseDigest(text[parts[4]], out UInt128 digest))
        {
            return false;
        }

        id = new ContentId(origin, (int)extent, digest);
        return text.SequenceEqual(id.Name);
    }

    /// <summary>Splits the last part of a data object's key into content and upload id.</summary>
    public static bool TryParseName(ReadOnlySpan<char> name, out ContentId id, out ReadOnlySpan<char> uploadId)
    {
        int dash = name.LastIndexOf('-');
        uploadId = dash < 0 ? default : name[(dash + 1)..];
        id = default;
        return dash > 0 && TryParse(name[..dash], out id);
    }

    /// <summary>Reads <see cref="SegmentOrigin.ToString"/>.</summary>
    public static bool TryParseOrigin(ReadOnlySpan<char> text, out SegmentOrigin origin)
    {
        origin = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '-') != 3
            || !Guid.TryParseExact(text[parts[0]], "N", out Guid database)
            || !TryParseHex(text[parts[1]], out ulong file)
            || !TryParseHex(text[parts[2]], out ulong offset)
            || offset > long.MaxValue)
        {
            return false;
        }

        origin = new SegmentOrigin(database, file, (long)offset);
        return true;
    }

    public static string FormatDigest(UInt128 digest) => digest.ToString("x32", CultureInfo.InvariantCulture);

    public static bool TryParseDigest(ReadOnlySpan<char> text, out UInt128 digest)
    {
        digest = 0;
        return text.Length == DigestDigits
            && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out digest);
    }

    private static bool TryParseHex(ReadOnlySpan<char> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
