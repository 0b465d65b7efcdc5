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
internal sealed class SearchResults : IDisposable
{
    // Hits whose objects are asked for together.
    private const int ReadAhead = 100;

    private readonly Database _database;
    private readonly ShardRouter _router;
    private readonly ClassScope _scope;
    private readonly VectorMetric? _metric;
    private readonly PooledBuffer _record = new();
    private readonly List<SearchHit> _hits;
    private ReadSnapshot? _snapshot;
    private Continuation? _more;
    private IReadOnlyDictionary<Guid, byte[]?> _remote = new Dictionary<Guid, byte[]?>();
    private int _missing;

    /// <param name="database">The database.</param>
    /// <param name="router">Reaches objects of other nodes.</param>
    /// <param name="scope">What was searched.</param>
    /// <param name="found">What was found; disposed with this.</param>
    /// <param name="offset">How many of the first are passed over.</param>
    /// <param name="metric">How distances are measured, if there are any.</param>
    /// <param name="more">Finds more; null if there are none, or none should be shown.</param>
    public SearchResults(
        Database database, ShardRouter router, ClassScope scope, FoundHits found, int offset, VectorMetric? metric, Continuation? more)
    {
        _database = database;
        _router = router;
        _scope = scope;
        _metric = metric;
        _snapshot = found.Snapshot;
        _hits = [.. found.Hits.Skip(offset)];
        _more = more;
    }

    /// <summary>Finds the next ones.</summary>
    /// <param name="last">The one that they follow.</param>
    /// <param name="count">The most that are wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public delegate Task<FoundHits> Continuation(Guid last, int count, CancellationToken cancellationToken);

    /// <summary>
    /// The objects, in order. Some may turn out to have been deleted; when the last one is read, as many as were missing are added, so that a page is full unless the
    /// objects end.
    /// </summary>
    public IReadOnlyList<SearchHit> Hits => _hits;

    /// <summary>The bytes of the record that was read last.</summary>
    public ReadOnlyMemory<byte> CurrentBytes => _record.WrittenMemory;

    /// <summary>The record that was read last; valid until the next one is read.</summary>
    public ObjectRecord Current => ObjectRecord.Read(_record.Written);

    /// <summary>The certainty that a distance stands for; null if distances of the class have none.</summary>
    public float? Certainty(float? distance) => _metric == VectorMetric.Cosine && distance is { } value ? 1 - (value / 2) : null;

    /// <summary>Reads the object of a hit; <see cref="Current"/> then has it.</summary>
    /// <param name="index">The position in <see cref="Hits"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="RequestException">The class or tenant was deleted meanwhile, or its node cannot be reached.</exception>
    public ValueTask<bool> ReadAsync(int index, CancellationToken cancellationToken)
    {
        _record.Truncate(0);
        ShardTarget target = _scope.ShardOf(_hits[index].Id);
        ValueTask<bool> read = target.Shard.Local is { } local
            ? new ValueTask<bool>(TryRead(target, local, _hits[index].Id))
            : new ValueTask<bool>(ReadRemoteAsync(index, cancellationToken));
        return index == _hits.Count - 1 && _more is not null ? new ValueTask<bool>(ReadLastAsync(read, cancellationToken)) : read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshot?.Dispose();
        _record.Dispose();
    }

    private bool TryRead(ShardTarget target, Shard shard, Guid id)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        try
        {
            return _database.TryGet(shard.Objects, key, _record, _snapshot!);
        }
        catch (DatabaseException) when (shard.Objects.IsDropped)
        {
            throw target.Deleted();
        }
    }

    private async Task<bool> ReadRemoteAsync(int index, CancellationToken cancellationToken)
    {
        Guid id = _hits[index].Id;
        if (!_remote.ContainsKey(id))
        {
            _remote = await _router.ReadRemoteAsync(_scope, _hits.Skip(index).Take(ReadAhead).Select(static hit => hit.Id), cancellationToken);
        }

        if (_remote[id] is not { } record)
        {
            _missing++;
            return false;
        }

        _record.Append(record);
        return true;
    }

    private async Task<bool> ReadLastAsync(ValueTask<bool> read, CancellationToken cancellationToken)
    {
        bool isThere = await read;
        if (_missing > 0)
        {
            FoundHits next = await _more!(_hits[^1].Id, _missing, cancellationToken);

            // All that was found before is read by now, so nobody needs its snapshot any more.
            _snapshot?.Dispose();
            _snapshot = next.Snapshot;
            _hits.AddRange(next.Hits);
            _more = next.Hits.Count == _missing ? _more : null;
            _missing = 0;
        }

        return isThere;
    }
}
