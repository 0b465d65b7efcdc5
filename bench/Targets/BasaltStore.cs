using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>Basalt as a target.</summary>
internal sealed class BasaltStore(Database database) : IStore
{
    private readonly Keyspace _keyspace = database.GetOrCreateKeyspace(KeyspaceName);

    /// <summary>The keyspace that all workloads use; the name is a valid address for the backup layer.</summary>
    public const string KeyspaceName = "Bench/main/objects";

    public Database Database => database;

    public IStoreSession OpenSession() => new BasaltSession(database, _keyspace);

    public void Flush() => database.FlushAsync().GetAwaiter().GetResult();

    public void Compact() => database.CompactAsync(_keyspace).GetAwaiter().GetResult();

    public StoreCounters ReadCounters()
    {
        DatabaseStatistics statistics = database.GetStatistics();
        return new StoreCounters(statistics.FlushBytes, statistics.CompactionBytes, statistics.LogBytes, statistics.StallTime);
    }

    public void Dispose() => database.Dispose();
}
