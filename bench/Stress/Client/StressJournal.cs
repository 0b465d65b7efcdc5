using System.Collections.Concurrent;

namespace Basalt.Bench.Stress.Client;

/// <summary>What a client did and what it found wrong. Thread-safe.</summary>
internal sealed class StressJournal(TextWriter output)
{
    private const int MostFailures = 50;

    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _failures;

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public bool HasFailed => Volatile.Read(ref _failures) > 0;

    public void Count(string what, long number = 1) => _counts.AddOrUpdate(what, number, (_, before) => before + number);

    /// <summary>Tells of something that must not be.</summary>
    public void Fail(string message)
    {
        if (Interlocked.Increment(ref _failures) <= MostFailures)
        {
            Say(ClientProcess.FailureMark + message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Writes a line that the supervisor has when this returns.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
