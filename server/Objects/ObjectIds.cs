using System.Buffers.Text;
using System.Text;

namespace Basalt.Server.Objects;

/// <summary>Object ids in text: 32 hexadecimal digits, with or without hyphens.</summary>
internal static class ObjectIds
{
    private const int HyphenatedLength = 36;
    private const int CompactLength = 32;

    /// <summary>Reads an id.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Guid id)
    {
        id = default;
        return text.Length switch
        {
            HyphenatedLength => Utf8Parser.TryParse(text, out id, out int used, 'D') && used == HyphenatedLength,
            CompactLength => Utf8Parser.TryParse(text, out id, out int used, 'N') && used == CompactLength,
            _ => false,
        };
    }

    /// <summary>Reads an id.</summary>
    public static bool TryParse(string text, out Guid id)
    {
        Span<byte> utf8 = stackalloc byte[HyphenatedLength];
        id = default;
        return text.Length <= HyphenatedLength && Encoding.UTF8.TryGetBytes(text, utf8, out int length) && TryParse(utf8[..length], out id);
    }
}
