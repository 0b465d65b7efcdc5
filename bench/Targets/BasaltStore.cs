using Basalt.Engine;

namespace Basalt.Bench.Targets;

/// <summary>Basalt as a target.</summary>
internal sealed class BasaltStore(Database database) : IStore
{
    /// <summary>The keyspace that all workloads use, a part of one collection for the backup layer.</summary>
    public const string KeyspaceName = "Bench/main/objects";

    private readonly Keyspace _keyspace = database.GetOrCreateKeyspace(KeyspaceName);

    public Database Database => database;

    public IStoreSession OpenSession() => new BasaltSession(database, _keyspace);

    public void Flush() => database.FlushAsync().GetAwaiter().GetResult();

    public void Compact() => database.CompactAsync(_keyspace).GetAwaiter().GetResult();

    public void Dispose() => database.Dispose();
}
