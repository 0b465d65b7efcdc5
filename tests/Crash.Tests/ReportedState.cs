using System.Globalization;
using Basalt.Crash.Writer;

namespace Basalt.Crash.Tests;

/// <summary>What child processes said so far: the least that the database must hold, whatever happened to them.</summary>
internal sealed class ReportedState(int writers)
{
    private readonly long[] _acknowledged = new long[writers];
    private readonly Dictionary<Guid, long[]> _leases = [];
    private readonly List<string> _failures = [];

    public IReadOnlyList<long> Acknowledged => _acknowledged;

    /// <summary>Leases that must be in force, each with what it must hold.</summary>
    public IReadOnlyDictionary<Guid, long[]> Leases => _leases;

    /// <summary>Errors that calls of a child ended with.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>How a write after a failure ended.</summary>
    public string? AfterFailure { get; private set; }

    public bool IsDone { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>Steps that were begun.</summary>
    public HashSet<string> Begun { get; } = [];

    /// <summary>Steps that were done.</summary>
    public HashSet<string> Did { get; } = [];

    /// <summary>Takes a line; one that a kill cut short says nothing.</summary>
    public void Add(string line)
    {
        if (!line.EndsWith(Report.End, StringComparison.Ordinal))
        {
            return;
        }

        string[] words = line[..^Report.End.Length].Split(' ');
        switch (words[0])
        {
            case "ready":
                IsReady = true;
                break;
            case "batch":
                int writer = int.Parse(words[1], CultureInfo.InvariantCulture);
                _acknowledged[writer] = Math.Max(_acknowledged[writer], Number(words[2]));
                break;
            case "lease":
                _leases.Add(Guid.Parse(words[1]), [.. words[2..].Select(Number)]);
                break;
            case "releasing":
                _leases.Remove(Guid.Parse(words[1]));
                break;
            case "failed":
                _failures.Add(words[1]);
                break;
            case "then":
                AfterFailure = words[1];
                break;
            case "began":
                Begun.Add(words[1]);
                break;
            case "did":
                Did.Add(words[1]);
                break;
            case "done":
                IsDone = true;
                break;
            default:
                throw new FormatException($"The child said: {line}");
        }
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
