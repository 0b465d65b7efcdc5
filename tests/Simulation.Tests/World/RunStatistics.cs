namespace Basalt.Simulation.Tests.World;

/// <summary>What happened in one run, or in many.</summary>
internal sealed class RunStatistics
{
    private readonly SortedDictionary<string, long> _crashes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<FaultKind, long> _faults = [];
    private readonly Dictionary<string, int> _mostCallsAt = new(StringComparer.Ordinal);

    public long Runs { get; set; }

    public long Steps { get; set; }

    public long Calls { get; set; }

    public long Restores { get; set; }

    public long Backups { get; set; }

    /// <summary>Everything that went wrong, crashes included.</summary>
    public long Faults => _faults.Values.Sum();

    public bool HasFaults => _faults.Count > 0;

    public IReadOnlyDictionary<string, long> Crashes => _crashes;

    /// <summary>How many calls at a place one step or recovery made at most, while something may go wrong.</summary>
    public int MostCallsAt(string place) => _mostCallsAt.GetValueOrDefault(place);

    public void NoteCallsAt(string place, int calls) => _mostCallsAt[place] = Math.Max(_mostCallsAt.GetValueOrDefault(place), calls);

    public void Count(FaultKind fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    public void CountCrash(string place) => _crashes[place] = _crashes.GetValueOrDefault(place) + 1;

    public void Add(RunStatistics other)
    {
        Runs += other.Runs;
        Steps += other.Steps;
        Calls += other.Calls;
        Restores += other.Restores;
        Backups += other.Backups;
        foreach ((string place, long count) in other._crashes)
        {
            _crashes[place] = _crashes.GetValueOrDefault(place) + count;
        }

        foreach ((FaultKind fault, long count) in other._faults)
        {
            _faults[fault] = _faults.GetValueOrDefault(fault) + count;
        }
    }

    public override string ToString() =>
        $"{Runs} runs, {Steps} steps, {Calls} calls, {Backups} backups committed, {Restores} restores compared\n"
        + $"faults: {string.Join(", ", _faults.Select(fault => $"{fault.Key} {fault.Value}"))}\n"
        + $"crashes: {string.Join(", ", _crashes.Select(crash => $"{crash.Key} {crash.Value}"))}";
}
