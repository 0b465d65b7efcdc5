using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Search;

/// <summary>
/// What a search found: the ids, and the objects; those that are here as they were when it searched, those of other nodes as they are when
/// they are shown. Objects are read one by one, and from other nodes some at a time, so that an answer of any size has few of them in memory.
/// </summary>
internal sealed class SearchResults(
    Database database,
    ShardRouter router,
    ClassScope scope,
    ReadSnapshot? snapshot,
    IReadOnlyList<SearchHit> hits,
    VectorMetric? metric) : IDisposable
{
    // Hits whose objects are asked for together.
    private const int ReadAhead = 100;

    private readonly PooledBuffer _record = new();
    private IReadOnlyDictionary<Guid, byte[]?> _remote = new Dictionary<Guid, byte[]?>();

    /// <summary>The objects, in order.</summary>
    public IReadOnlyList<SearchHit> Hits { get; } = hits;

    /// <summary>The bytes of the record that was read last.</summary>
    public ReadOnlyMemory<byte> CurrentBytes => _record.WrittenMemory;

    /// <summary>The record that was read last; valid until the next one is read.</summary>
    public ObjectRecord Current => ObjectRecord.Read(_record.Written);

    /// <summary>The certainty that a distance stands for; null if distances of the class have none.</summary>
    public float? Certainty(float? distance) => metric == VectorMetric.Cosine && distance is { } value ? 1 - (value / 2) : null;

    /// <summary>Reads the object of a hit; <see cref="Current"/> then has it.</summary>
    /// <param name="index">The position in <see cref="Hits"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="RequestException">The class or tenant was deleted meanwhile, or its node cannot be reached.</exception>
    public ValueTask<bool> ReadAsync(int index, CancellationToken cancellationToken)
    {
        _record.Truncate(0);
        ShardTarget target = scope.ShardOf(Hits[index].Id);
        return target.Shard.Local is { } local
            ? new ValueTask<bool>(TryRead(target, local, Hits[index].Id))
            : new ValueTask<bool>(ReadRemoteAsync(index, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        snapshot?.Dispose();
        _record.Dispose();
    }

    private bool TryRead(ShardTarget target, Shard shard, Guid id)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        try
        {
            return database.TryGet(shard.Objects, key, _record, snapshot!);
        }
        catch (DatabaseException) when (shard.Objects.IsDropped)
        {
            throw target.Deleted();
        }
    }

    private async Task<bool> ReadRemoteAsync(int index, CancellationToken cancellationToken)
    {
        Guid id = Hits[index].Id;
        if (!_remote.ContainsKey(id))
        {
            _remote = await router.ReadRemoteAsync(scope, Hits.Skip(index).Take(ReadAhead).Select(static hit => hit.Id), cancellationToken);
        }

        if (_remote[id] is not { } record)
        {
            return false;
        }

        _record.Append(record);
        return true;
    }
}
