namespace Basalt.Bench.Stress.Client;

/// <summary>All that the parts of a client share.</summary>
internal sealed class StressWorld(int seed, int workers, StressJournal journal)
{
    /// <summary>Objects of a worker in each of its places: enough for segments that are stored as extents of their own.</summary>
    private const int ObjectsPerPlace = 300;

    public int Seed { get; } = seed;

    public StressJournal Journal { get; } = journal;

    public StressApi Api { get; } = new(journal);

    /// <summary>What each worker wrote.</summary>
    public IReadOnlyList<WorkerHistory> Histories { get; } = [.. Enumerable.Range(0, workers).Select(worker => new WorkerHistory(worker, ObjectsPerPlace))];

    /// <summary>A worker has its turn while it sends a request; who has all of them is alone.</summary>
    public IReadOnlyList<SemaphoreSlim> Turns { get; } = [.. Enumerable.Range(0, workers).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Held while a backup is being made.</summary>
    public SemaphoreSlim BackupTurn { get; } = new(1);

    /// <summary>The backups.</summary>
    public BackupLedger Ledger { get; } = new();

    /// <summary>Classes that are restored under passing names and may be there.</summary>
    public HashSet<string> PassingNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Keeps all workers from sending.</summary>
    public async Task StopWorkersAsync()
    {
        foreach (SemaphoreSlim turn in Turns)
        {
            await turn.WaitAsync();
        }
    }

    /// <summary>Lets them go on.</summary>
    public void ResumeWorkers()
    {
        foreach (SemaphoreSlim turn in Turns)
        {
            turn.Release();
        }
    }
}
