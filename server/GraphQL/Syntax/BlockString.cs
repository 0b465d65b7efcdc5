namespace Basalt.Server.GraphQL.Syntax;

/// <summary>Texts in triple quotes.</summary>
internal static class BlockString
{
    /// <summary>Takes the indentation that all lines but the first share, and blank lines at both ends, out of a text.</summary>
    public static string Dedent(string raw)
    {
        string[] lines = raw.ReplaceLineEndings("\n").Split('\n');
        int shared = lines.Skip(1).Where(line => !IsBlank(line)).Select(Indentation).DefaultIfEmpty(0).Min();
        IEnumerable<string> dedented = lines.Select((line, number) => number == 0 ? line : line[Math.Min(shared, line.Length)..]);
        string[] trimmed = [.. dedented.SkipWhile(IsBlank).Reverse().SkipWhile(IsBlank).Reverse()];
        return string.Join('\n', trimmed);
    }

    private static bool IsBlank(string line) => Indentation(line) == line.Length;

    private static int Indentation(string line)
    {
        int count = 0;
        while (count < line.Length && line[count] is ' ' or '\t')
        {
            count++;
        }

        return count;
    }
}
