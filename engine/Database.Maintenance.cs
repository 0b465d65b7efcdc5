namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Flushes all that is in memory to segments.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Merges a keyspace until it has one sorted run, or all keyspaces if none is given.</summary>
    public Task CompactAsync(Keyspace? keyspace = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Counters and sizes, consistent enough for monitoring.</summary>
    public DatabaseStatistics GetStatistics() => throw new NotImplementedException();

    /// <summary>Bytes of segments of a keyspace and its approximate entries (memtable entries excluded).</summary>
    public KeyspaceStatistics GetStatistics(Keyspace keyspace) => throw new NotImplementedException();
}
