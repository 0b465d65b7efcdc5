using System.Text;

namespace Basalt.Bench.Reports;

/// <summary>Rows in columns, for the terminal and for Markdown.</summary>
internal static class TextTable
{
    public static string Format(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [header, .. rows];
        int[] widths = [.. Enumerable.Range(0, header.Count).Select(column => all.Max(row => row[column].Length))];
        StringBuilder text = new();
        for (int row = 0; row < all.Count; row++)
        {
            AppendRow(text, all[row], widths);
            if (row == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).Append("|\n");
            }
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> row, int[] widths)
    {
        text.Append('|');
        for (int column = 0; column < row.Count; column++)
        {
            text.Append(' ').Append(row[column].PadRight(widths[column])).Append(" |");
        }

        text.Append('\n');
    }
}
