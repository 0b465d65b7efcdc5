using System.Globalization;

namespace Basalt.Engine.Files;

/// <summary>
/// The names in a database directory. File numbers come from one counter of the manifest and are never used twice, whatever the
/// kind, so that a name met at open says exactly which file it is.
/// </summary>
internal static class FileNames
{
    public const string Current = "CURRENT";
    public const string Lock = "LOCK";
    public const string Staging = "staging";

    private const string ManifestPrefix = "MANIFEST-";
    private const string LogSuffix = ".log";
    private const string SpareLogSuffix = ".spare";
    private const string SegmentSuffix = ".seg";
    private const string TemporarySuffix = ".tmp";

    /// <summary><c>MANIFEST-000001</c></summary>
    public static string Manifest(ulong number) => ManifestPrefix + Format(number);

    /// <summary><c>000123.log</c></summary>
    public static string Log(ulong number) => Format(number) + LogSuffix;

    /// <summary><c>000123.spare</c></summary>
    public static string SpareLog(ulong number) => Format(number) + SpareLogSuffix;

    /// <summary><c>000123.seg</c></summary>
    public static string Segment(ulong number) => Format(number) + SegmentSuffix;

    /// <summary>The name under which a file is written before it is renamed to <paramref name="name"/>.</summary>
    public static string Temporary(string name) => name + TemporarySuffix;

    /// <summary>Tells the kind and number (0 for kinds without one) of a name: false for a name the engine never writes.</summary>
    public static bool TryParse(string name, out FileKind kind, out ulong number)
    {
        number = 0;
        switch (name)
        {
            case Current:
                kind = FileKind.Current;
                return true;
            case Lock:
                kind = FileKind.Lock;
                return true;
            case Staging:
                kind = FileKind.Staging;
                return true;
        }

        if (name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
        {
            kind = FileKind.Temporary;
            return TryParse(name[..^TemporarySuffix.Length], out FileKind _, out ulong _);
        }

        if (name.StartsWith(ManifestPrefix, StringComparison.Ordinal))
        {
            kind = FileKind.Manifest;
            return TryParseNumber(name.AsSpan(ManifestPrefix.Length), out number);
        }

        int dot = Math.Max(name.LastIndexOf('.'), 0);
        FileKind? numbered = name[dot..] switch
        {
            LogSuffix => FileKind.Log,
            SpareLogSuffix => FileKind.SpareLog,
            SegmentSuffix => FileKind.Segment,
            _ => null,
        };
        kind = numbered.GetValueOrDefault();
        return numbered is not null && TryParseNumber(name.AsSpan(0, dot), out number);
    }

    /// <summary>Accepts only what <see cref="Format"/> writes: a name that merely looks alike is not the engine's.</summary>
    private static bool TryParseNumber(ReadOnlySpan<char> digits, out ulong number) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && digits.SequenceEqual(Format(number));

    private static string Format(ulong number) => number.ToString("D6", CultureInfo.InvariantCulture);
}
