using System.Text;

namespace Basalt.Server.Index;

/// <summary>A pattern in which <c>*</c> stands for any characters and <c>?</c> for exactly one.</summary>
internal sealed class LikePattern(ReadOnlySpan<byte> pattern)
{
    private readonly byte[] _pattern = pattern.ToArray();

    /// <summary>What every match begins with.</summary>
    public ReadOnlySpan<byte> FixedBeginning
    {
        get
        {
            int wildcard = _pattern.AsSpan().IndexOfAny((byte)'*', (byte)'?');
            return wildcard < 0 ? _pattern : _pattern.AsSpan(0, wildcard);
        }
    }

    /// <summary>Whether a whole term matches.</summary>
    /// <remarks>Goes back only to the last <c>*</c>: an earlier one could not match more than that one can.</remarks>
    public bool IsMatch(ReadOnlySpan<byte> term)
    {
        ReadOnlySpan<byte> left = _pattern;
        int position = 0;
        int at = 0;
        int star = -1;
        int starPosition = 0;
        while (position < term.Length)
        {
            if (at < left.Length && left[at] == '*')
            {
                star = at++;
                starPosition = position;
            }
            else if (at < left.Length && left[at] == '?')
            {
                at++;
                position += CharacterLength(term[position..]);
            }
            else if (at < left.Length && left[at] == term[position])
            {
                at++;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                starPosition += CharacterLength(term[starPosition..]);
                position = starPosition;
            }
            else
            {
                return false;
            }
        }

        return left[at..].IndexOfAnyExcept((byte)'*') < 0;
    }

    private static int CharacterLength(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out _, out int consumed);
        return consumed;
    }
}
