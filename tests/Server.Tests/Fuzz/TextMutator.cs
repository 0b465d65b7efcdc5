using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Fuzz;

/// <summary>Changes the tokens of a text: a query, or the parameters of a URL. Seeded, so that a failure can be run again.</summary>
internal sealed partial class TextMutator(int seed)
{
    private static readonly string[] Hostile =
    [
        "", "{", "}", "(", ")", "[", "]", ":", "$", "...", "@include(if:true)", "@skip(if:$x)", "null", "true", "-1", "0", "1e999", "NaN", "9223372036854775808",
        "18446744073709551616", "-0", "1.", ".5", "\"", "\"\"\"", "\"\\u", "\"\\ud800\"", "\"\\udc00\"", "\u202e", "\uFEFF", "\0", "\r", "é́", "𝔘", "#", ",", "&", "=",
        "%", "%00", "%ff", "%2e%2e%2f", "../../x", "%ed%a0%80", "+", "*", "query", "mutation", "fragment", "on", "__schema", "__typename", "_additional",
        "00000000-0000-0000-0000-000000000000", "weaviate://localhost/Book/x", "2026-01-02T03:04:05Z", "0001-01-01T00:00:00Z",
    ];

    private readonly Random _random = new(unchecked(seed + (1009 * ByteMutator.Seed)));

    public string Mutate(string text)
    {
        List<string> tokens = [.. Tokens().Matches(text).Select(match => match.Value)];
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            int at = _random.Next(tokens.Count + 1);
            switch (_random.Next(7))
            {
                case 0 when at < tokens.Count:
                    tokens.RemoveAt(at);
                    break;
                case 1 when at < tokens.Count:
                    tokens.Insert(at, tokens[_random.Next(tokens.Count)]);
                    break;
                case 2 when at < tokens.Count:
                    tokens[at] = Hostile[_random.Next(Hostile.Length)];
                    break;
                case 3:
                    tokens.Insert(at, Repeat());
                    break;
                case 4 when at < tokens.Count:
                    int length = Math.Min(tokens.Count - at, _random.Next(1, 12));
                    tokens.InsertRange(at, tokens.GetRange(at, length));
                    break;
                default:
                    tokens.Insert(at, Hostile[_random.Next(Hostile.Length)]);
                    break;
            }
        }

        return string.Concat(tokens);
    }

    private string Repeat()
    {
        int count = _random.Next(20) == 0 ? 20_000 : _random.Next(2, 200);
        string unit = _random.Next(8) switch
        {
            0 => "{a",
            1 => "[",
            2 => "a:{",
            3 => "(a:",
            4 => "...{",
            5 => " a",
            6 => "x",
            _ => _random.Next(100).ToString(CultureInfo.InvariantCulture) + ",",
        };
        return new StringBuilder().Insert(0, unit, count).ToString();
    }

    [GeneratedRegex(@"\w+|\s+|.", RegexOptions.Singleline)]
    private static partial Regex Tokens();
}
