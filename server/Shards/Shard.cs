using Basalt.Engine;
using Basalt.Server.Index;
using Basalt.Server.Objects;

namespace Basalt.Server.Shards;

/// <summary>
/// The objects of a class with their inverted index and counters.
/// </summary>
/// <remarks>
/// Invariants: (1) an object, its index entries, the object count and first-seen vector lengths change in one atomic batch; (2) the
/// batches of a shard enter the log in the order in which they were made, because both happen under the commit lock. Hence the count
/// in the index keyspace is exact at every sequence number: after a crash, in a backup and in what is restored from it; and the
/// old version that a batch was made against is the one it replaces. Waiting for the disk happens outside the lock, so concurrent
/// requests still share a sync.
/// Counting by scan at start was the alternative; it would grow with the data.
/// </remarks>
internal sealed partial class Shard : IDisposable
{
    private readonly SemaphoreSlim _commitLock = new(1, 1);
    private readonly Database _database;
    private readonly CommitBufferPool _buffers;
    private readonly string _className;
    private readonly Dictionary<string, int> _vectorLengths;
    private readonly VectorLengths _classLengths;
    private long _objectCount;
    private volatile bool _closed;
    private volatile bool _isReadOnly;

    /// <summary>Opens a shard on its keyspaces.</summary>
    public Shard(
        Database database, CommitBufferPool buffers, string className, string name, Keyspace objects, Keyspace index, VectorLengths classLengths)
    {
        _database = database;
        _buffers = buffers;
        _className = className;
        Name = name;
        Objects = objects;
        Index = index;
        _objectCount = ShardMetadata.ReadObjectCount(database, index);
        _vectorLengths = ShardMetadata.ReadVectorLengths(database, index);
        _classLengths = classLengths;
        foreach ((string vector, int length) in _vectorLengths)
        {
            classLengths.TryHold([(vector, length)]);
        }
    }

    /// <summary>The name, given at creation.</summary>
    public string Name { get; }

    /// <summary>Objects by id.</summary>
    public Keyspace Objects { get; }

    /// <summary>The inverted index.</summary>
    public Keyspace Index { get; }

    /// <summary>Both of them.</summary>
    public IReadOnlyList<Keyspace> Keyspaces => [Objects, Index];

    /// <summary>Objects in the shard.</summary>
    public long ObjectCount => Volatile.Read(ref _objectCount);

    /// <summary>Whether writes are refused until further notice; a start of the server ends that.</summary>
    public bool IsReadOnly => _isReadOnly;

    /// <summary>Reads an object's record.</summary>
    /// <returns>Whether there is such an object; a deleted class has none.</returns>
    public bool TryRead(Guid id, PooledBuffer record)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        try
        {
            return _database.TryGet(Objects, key, record);
        }
        catch (DatabaseException) when (Objects.IsDropped)
        {
            return false;
        }
    }

    /// <summary>Whether there is an object of that id.</summary>
    public bool Contains(Guid id)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        try
        {
            return _database.Contains(Objects, key);
        }
        catch (DatabaseException) when (Objects.IsDropped)
        {
            return false;
        }
    }

    /// <summary>Waits for writes in progress, then refuses or takes further ones.</summary>
    public async Task SetReadOnlyAsync(bool isReadOnly, CancellationToken cancellationToken)
    {
        await _commitLock.WaitAsync(cancellationToken);
        _isReadOnly = isReadOnly;
        _commitLock.Release();
    }

    /// <summary>Waits for writes in progress and refuses all further ones: the class is about to be deleted.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _commitLock.WaitAsync(cancellationToken);
        _closed = true;
        _commitLock.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _commitLock.Dispose();
}
