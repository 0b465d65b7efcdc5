using System.Text;

namespace Basalt.Architecture.Tests.Sources;

/// <summary>Just enough of C#'s lexical grammar to tell code from comments and literals.</summary>
internal static class CSharpText
{
    /// <summary>The text with comments and the content of literals blanked out; line breaks stay where they were.</summary>
    public static string WithoutCommentsAndStrings(string text)
    {
        StringBuilder code = new(text.Length);
        int position = 0;
        while (position < text.Length)
        {
            int end = EndOfNonCode(text, position);
            if (end == position)
            {
                code.Append(text[position++]);
                continue;
            }

            foreach (char character in text.AsSpan(position, end - position))
            {
                code.Append(character == '\n' ? '\n' : ' ');
            }

            position = end;
        }

        return code.ToString();
    }

    private static int EndOfNonCode(string text, int start)
    {
        ReadOnlySpan<char> rest = text.AsSpan(start);
        if (rest.StartsWith("//"))
        {
            return EndAt(text, "\n", start, include: false);
        }

        if (rest.StartsWith("/*"))
        {
            return EndAt(text, "*/", start + 2, include: true);
        }

        if (rest[0] == '\'')
        {
            return EndOfEscaped(text, start + 1, '\'');
        }

        if (rest[0] != '"')
        {
            return start;
        }

        int quotes = rest.IndexOfAnyExcept('"') is var run && run < 0 ? rest.Length : run;
        if (quotes >= 3)
        {
            return EndAt(text, new string('"', quotes), start + quotes, include: true);
        }

        bool verbatim = (start > 0 && text[start - 1] == '@') || (start > 1 && text[start - 1] == '$' && text[start - 2] == '@');
        return verbatim ? EndOfVerbatim(text, start + 1) : EndOfEscaped(text, start + 1, '"');
    }

    private static int EndAt(string text, string marker, int from, bool include)
    {
        int found = text.IndexOf(marker, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + (include ? marker.Length : 0);
    }

    private static int EndOfEscaped(string text, int position, char quote)
    {
        while (position < text.Length && text[position] != quote)
        {
            position += text[position] == '\\' ? 2 : 1;
        }

        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfVerbatim(string text, int position)
    {
        while (position < text.Length)
        {
            if (text[position] != '"')
            {
                position++;
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                position += 2;
            }
            else
            {
                return position + 1;
            }
        }

        return text.Length;
    }
}
