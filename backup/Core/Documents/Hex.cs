using System.Globalization;

namespace Basalt.Backup.Documents;

/// <summary>Checksums as documents write them.</summary>
internal static class Hex
{
    public static string Format(uint crc) => crc.ToString("x8", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out uint crc)
    {
        crc = 0;
        return text.Length == 8 && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out crc);
    }
}
