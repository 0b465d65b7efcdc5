using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>
/// Finds objects as of one snapshot: filters from the inverted index, vectors by comparing with every object that the filter leaves,
/// sorting by reading each of them. What is kept in memory is bounded by the page, and by the ids that the filter finds.
/// </summary>
internal sealed class ObjectSearcher(Database database, ClassCatalog catalog, ServerSettings settings) : IDisposable
{
    // A scan keeps a processor busy and may hold the ids of all objects; more of them would only make each slower.
    private readonly SemaphoreSlim _scans = new(Math.Max(4, 2 * Environment.ProcessorCount));

    /// <summary>Searches.</summary>
    /// <exception cref="RequestException">The search contradicts itself or the class, or the class was deleted meanwhile.</exception>
    public Task<SearchResults> SearchAsync(ObjectSearch search, CancellationToken cancellationToken)
    {
        Guid? after = ReadCursor(search);
        int page = ReadPage(search);
        ClassDefinition definition = search.Target.Class.Definition;
        FilterNode? filter = search.Where is { } where ? new FilterReader(definition, catalog).Read(where) : null;
        SortOrder? order = search.Sort.Count > 0 ? SortOrder.Create(definition, search.Sort) : null;
        bool isScan = search.Near is not null || order is not null || filter is { IsLookup: false };
        return RunAsync(isScan, search.Target, () => Search(search, filter, order, after, page, cancellationToken), cancellationToken);
    }

    /// <summary>Counts objects.</summary>
    /// <param name="target">Their class, or tenant of one.</param>
    /// <param name="where">A filter; null counts all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestException">The filter contradicts the class, or the class was deleted meanwhile.</exception>
    public Task<long> CountAsync(ShardTarget target, JsonElement? where, CancellationToken cancellationToken)
    {
        if (where is not { } given)
        {
            return Task.FromResult(target.Shard.ObjectCount);
        }

        FilterNode filter = new FilterReader(target.Class.Definition, catalog).Read(given);
        return RunAsync<long>(
            !filter.IsLookup,
            target,
            () =>
            {
                using ReadSnapshot snapshot = database.CreateReadSnapshot();
                return new FilterEvaluator(database, target, snapshot).Evaluate(filter, cancellationToken).Count;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _scans.Dispose();

    private async Task<T> RunAsync<T>(bool isScan, ShardTarget target, Func<T> run, CancellationToken cancellationToken)
    {
        if (isScan)
        {
            await _scans.WaitAsync(cancellationToken);
        }

        try
        {
            return await Task.Run(run, cancellationToken);
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            throw target.Deleted();
        }
        finally
        {
            if (isScan)
            {
                _scans.Release();
            }
        }
    }

    private SearchResults Search(
        ObjectSearch search, FilterNode? filter, SortOrder? order, Guid? after, int page, CancellationToken cancellationToken)
    {
        ShardTarget target = search.Target;
        ReadSnapshot snapshot = database.CreateReadSnapshot();
        try
        {
            NearVectorScan? near = search.Near is { } query ? NearVectorScan.Create(target.Class.Definition, Resolve(query, target, snapshot)) : null;
            IEnumerable<Guid>? candidates = filter is null ? null : new FilterEvaluator(database, target, snapshot).Evaluate(filter, cancellationToken);
            using var scan = new ObjectScan(database, target.Shard.Objects, snapshot, candidates, after, cancellationToken);
            IEnumerable<SearchHit> hits = near is not null ? near.Nearest(scan, page)
                : order is not null ? order.First(scan, page)
                : scan.Ids().Take(page).Select(id => new SearchHit(id));
            return new SearchResults(database, target, snapshot, [.. hits.Skip((int)search.Offset)], near?.Metric);
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <summary>Puts the vector of the object that is named in its place.</summary>
    private VectorQuery Resolve(VectorQuery query, ShardTarget target, ReadSnapshot snapshot)
    {
        if (query.NearObject is not { } id)
        {
            return query;
        }

        using var record = new PooledBuffer();
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        return database.TryGet(target.Shard.Objects, key, record, snapshot)
            ? query with { Vector = NearVectorScan.VectorOf(target.Class.Definition, query, ObjectRecord.Read(record.Written)) }
            : throw NearVectorScan.Invalid(target.Class.Definition, query, $"there is no object with id '{id}'");
    }

    /// <returns>The number of objects up to the end of the page.</returns>
    private int ReadPage(ObjectSearch search)
    {
        long limit = search.Limit is > 0 and { } given ? given : settings.QueryDefaultsLimit;
        PageLimit.Check(settings, search.Offset, limit);
        return (int)(search.Offset + limit);
    }

    private static Guid? ReadCursor(ObjectSearch search)
    {
        if (search.After is not { } text)
        {
            return null;
        }

        string? other = search.Near is not null ? "a vector search" : search.Sort.Count > 0 ? "sort" : search.Offset > 0 ? "offset" : null;
        if (other is not null)
        {
            throw RequestException.Unprocessable($"cursor: 'after' cannot be combined with {other}");
        }

        return text.Length == 0 ? null
            : ObjectIds.TryParse(text, out Guid id) ? id
            : throw RequestException.Unprocessable($"cursor: 'after' must be a UUID, not '{text}'");
    }
}
