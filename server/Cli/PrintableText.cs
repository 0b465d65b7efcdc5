using System.Globalization;

namespace Basalt.Server.Cli;

/// <summary>
/// Text from a repository as it may be shown on a terminal: names and messages in it can be anybody's, and control characters would let
/// them clear the screen, hide lines or imitate others.
/// </summary>
internal static class PrintableText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text with a sign in the place of each character that controls a terminal or turns the direction of writing.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="keepLines">Whether it may have several lines, and tabs in them.</param>
    public static string Of(string text, bool keepLines = false) =>
        text.Any(next => IsControl(next, keepLines))
            ? string.Create(text.Length, (text, keepLines), static (target, source) =>
            {
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = IsControl(source.text[i], source.keepLines) ? Replacement : source.text[i];
                }
            })
            : text;

    private static bool IsControl(char next, bool keepLines) =>
        char.GetUnicodeCategory(next) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? !keepLines || next is not ('\n' or '\r' or '\t')
            : next is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
