namespace Basalt.Bench.Stress.Client;

/// <summary>A backup that was asked for, and what may be in it.</summary>
/// <param name="id">Its id.</param>
/// <param name="first">The requests that were acknowledged before it was asked for, by worker: it has them.</param>
internal sealed class BackupEntry(string id, long[] first)
{
    private int _state;

    public string Id { get; } = id;

    public IReadOnlyList<long> First { get; } = first;

    /// <summary>The requests that had been begun when its cut was over: it has none behind them.</summary>
    public long[]? Last { get; set; }

    /// <summary>Its classes; null while they are not known.</summary>
    public string[]? Classes { get; set; }

    /// <summary>Whether the server answered that it began.</summary>
    public bool IsAcknowledged { get; set; }

    public bool IsCancelAsked { get; set; }

    /// <summary>Whether the server ended meanwhile, so that it may have failed.</summary>
    public bool WasDisturbed { get; set; }

    public BackupOutcome Outcome
    {
        get => (BackupOutcome)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }
}
