using System.Globalization;

namespace Basalt.Server.Backups;

/// <summary>Bytes per second as people write them: <c>50M</c>, <c>1G</c>, <c>52428800</c> or <c>0</c> for no limit.</summary>
internal static class ByteRate
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "bytes per second, 1M to 1024G: a whole number, or one with K, M or G behind it; or 0 for no limit";

    private const long Least = 1L << 20;
    private const long Most = 1L << 40;

    /// <summary>Reads a rate.</summary>
    public static bool TryParse(string text, out long bytesPerSecond)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        bytesPerSecond = 0;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > Most >> shift)
        {
            return false;
        }

        bytesPerSecond = number << shift;
        return bytesPerSecond is 0 or >= Least;
    }
}
