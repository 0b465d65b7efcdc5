using System.Text;
using System.Text.RegularExpressions;

namespace Basalt.Simulation.Tests.World;

/// <summary>Every call and every step of a run, in order. Names that are random by design are replaced, so that equal runs have equal traces.</summary>
internal sealed partial class Trace
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public int Count => _lines.Count;

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
        }
    }

    public void Add(Call call) => Add($"  {call.Kind} {call.Path}{(call.Size > 0 ? $" {call.Size}" : "")} [{call.Place}]");

    public string Tail(int lines) => string.Join('\n', _lines.Skip(Math.Max(0, _lines.Count - lines)));

    /// <summary>The lines with random names replaced by the order of their appearance.</summary>
    public IReadOnlyList<string> Normalized()
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        return [.. _lines.Select(line => RandomName().Replace(line, match =>
        {
            if (!names.TryGetValue(match.Value, out string? name))
            {
                names[match.Value] = name = $"#{names.Count}";
            }

            return name;
        }))];
    }

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (string line in Normalized())
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>ULIDs, GUIDs, and names of contents with their folders.</summary>
    [GeneratedRegex("data/[0-9a-f]{2}/[^ ]*|[0-9a-hjkmnp-tv-z]{26}[0-9a-z]*|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex RandomName();
}
