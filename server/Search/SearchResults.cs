using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>
/// What a search found: the ids, and the objects as they were when it searched. Objects are read one by one, so that an answer of any
/// size has one of them in memory.
/// </summary>
internal sealed class SearchResults(
    Database database, ShardTarget target, ReadSnapshot snapshot, IReadOnlyList<SearchHit> hits, VectorMetric? metric) : IDisposable
{
    private readonly PooledBuffer _record = new();

    /// <summary>The objects, in order.</summary>
    public IReadOnlyList<SearchHit> Hits { get; } = hits;

    /// <summary>The certainty that a distance stands for; null if distances of the class have none.</summary>
    public float? Certainty(float? distance) => metric == VectorMetric.Cosine && distance is { } value ? 1 - (value / 2) : null;

    /// <summary>Reads an object; valid until the next one is read.</summary>
    /// <returns>Whether it was there when the search began.</returns>
    /// <exception cref="RequestException">The class or tenant was deleted meanwhile.</exception>
    public bool TryRead(Guid id, out ObjectRecord record)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        _record.Truncate(0);
        try
        {
            bool found = database.TryGet(target.Shard.Objects, key, _record, snapshot);
            record = found ? ObjectRecord.Read(_record.Written) : default;
            return found;
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            throw target.Deleted();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        snapshot.Dispose();
        _record.Dispose();
    }
}
