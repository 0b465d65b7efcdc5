using System.Globalization;
using System.Text;

namespace Basalt.Server.Grpc;

/// <summary>The text of a status on the wire: printable ASCII, everything else as <c>%XX</c> of its UTF-8 bytes.</summary>
internal static class StatusMessage
{
    // A header block of HTTP/2 has to stay below the peer's limit, which is often 16 KiB.
    private const int MaxLength = 4096;

    /// <summary>Encodes a text for the header <c>grpc-message</c>; a long one is cut.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (encoded.Length > MaxLength)
            {
                break;
            }

            if (rune.Value is >= ' ' and <= '~' and not '%')
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }
}
