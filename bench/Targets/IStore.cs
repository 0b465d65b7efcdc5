namespace Basalt.Bench.Targets;

/// <summary>An open store under test. Thread-safe; each thread works through a session of its own.</summary>
internal interface IStore : IDisposable
{
    IStoreSession OpenSession();

    /// <summary>Writes what is in memory to sorted files, off the measured path.</summary>
    void Flush();

    /// <summary>Merges everything into as few sorted runs as the store's own full compaction makes.</summary>
    void Compact();
}
