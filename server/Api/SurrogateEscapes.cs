using System.Buffers.Text;

namespace Basalt.Server.Api;

/// <summary>
/// The one fault of JSON text that the reader does not notice by itself: an escaped half of a surrogate pair. It would throw when the
/// text is used, wherever that is, so it is looked for when the body arrives.
/// </summary>
internal static class SurrogateEscapes
{
    // \uXXXX
    private const int EscapeLength = 6;

    /// <summary>Whether every escaped surrogate in a JSON text is followed by its other half.</summary>
    public static bool ArePaired(ReadOnlySpan<byte> json)
    {
        int backslash;
        while ((backslash = json.IndexOf((byte)'\\')) >= 0)
        {
            json = json[backslash..];
            if (!TryReadUnit(json, out char unit))
            {
                // Another escape; its second character may be a backslash too.
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            json = json[EscapeLength..];
            if (char.IsSurrogate(unit))
            {
                if (!char.IsHighSurrogate(unit) || !TryReadUnit(json, out char low) || !char.IsLowSurrogate(low))
                {
                    return false;
                }

                json = json[EscapeLength..];
            }
        }

        return true;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> json, out char unit)
    {
        unit = default;
        if (json.Length < EscapeLength || json[0] != '\\' || json[1] != 'u'
            || !Utf8Parser.TryParse(json[2..EscapeLength], out ushort value, out int digits, 'x') || digits != EscapeLength - 2)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
