using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Search;

/// <summary>
/// Finds objects in all shards of a class, on whatever nodes they are: has every node search its own at the same time, and merges what
/// they find in the order that one shard with all objects would give.
/// </summary>
internal sealed class ObjectSearcher(
    Database database, ClassCatalog catalog, ServerSettings settings, LocalSearcher local, IShardPeers peers, ShardRouter router)
{
    /// <summary>Searches.</summary>
    /// <exception cref="RequestException">The search contradicts itself or the class, or the class was deleted meanwhile.</exception>
    public async Task<SearchResults> SearchAsync(ObjectSearch search, CancellationToken cancellationToken)
    {
        ClassScope scope = search.Target;
        ClassDefinition definition = scope.Class.Definition;
        Guid? after = ReadCursor(search);
        int page = ReadPage(search);
        FilterNode? filter = ReadFilter(scope, search.Where);
        var order = HitOrder.Create(definition, search.Near is not null, search.Sort);
        VectorQuery? near = search.Near is { } query ? await ResolveAsync(query, scope, cancellationToken) : null;
        VectorMetric? metric = near is null ? null : NearVectorScan.Create(definition, near).Metric;
        filter = filter is null ? null : await BindAsync(filter, scope, scope.Tenant, cancellationToken);
        IReadOnlyList<ShardSearch> searches =
        [
            .. NodeShards.Of(scope).Select(shards => new ShardSearch(shards)
            {
                Filter = filter,
                Where = search.Where,
                Near = near,
                Sort = search.Sort,
                After = after,
                Count = page,
            }),
        ];
        FoundHits found = await FindAsync(searches, order, cancellationToken);

        // What is on other nodes can be deleted before it is read; an order of ids is gone on with for what is missing then.
        SearchResults.Continuation? more = order.IsById && !scope.IsHere && found.Hits.Count == page
            ? (last, count, stop) => FindAsync([.. searches.Select(shards => shards with { After = last, Count = count })], order, stop)
            : null;
        return new SearchResults(database, router, scope, found, (int)search.Offset, metric, more);
    }

    /// <summary>Counts objects.</summary>
    /// <param name="scope">Their class, or tenant of one.</param>
    /// <param name="where">A filter; null counts all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestException">The filter contradicts the class, or the class was deleted meanwhile.</exception>
    public async Task<long> CountAsync(ClassScope scope, JsonElement? where, CancellationToken cancellationToken)
    {
        FilterNode? filter = ReadFilter(scope, where);
        filter = filter is null ? null : await BindAsync(filter, scope, scope.Tenant, cancellationToken);
        long[] counts = await AskAllAsync(
            scope, filter, where, (search, stop) => search.Shards.Node is null ? local.CountAsync(search, stop) : peers.CountAsync(search, stop), cancellationToken);
        return counts.Sum();
    }

    /// <summary>Finds all objects that match a filter, in the order of their ids.</summary>
    /// <param name="scope">Their class, or tenant of one.</param>
    /// <param name="where">The filter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestException">The filter contradicts the class, or the class was deleted meanwhile.</exception>
    public Task<IReadOnlyList<Guid>> MatchAsync(ClassScope scope, JsonElement where, CancellationToken cancellationToken) =>
        MatchAsync(scope, where, scope.Tenant, cancellationToken);

    private async Task<IReadOnlyList<Guid>> MatchAsync(ClassScope scope, JsonElement where, string? tenant, CancellationToken cancellationToken)
    {
        FilterNode filter = await BindAsync(ReadFilter(scope, where)!, scope, tenant, cancellationToken);
        IReadOnlyList<Guid>[] matches = await AskAllAsync(
            scope, filter, where, (search, stop) => search.Shards.Node is null ? local.MatchAsync(search, stop) : peers.MatchAsync(search, stop), cancellationToken);
        return matches is [var only] ? only : [.. AscendingIds.Merge(matches)];
    }

    private FilterNode? ReadFilter(ClassScope scope, JsonElement? where) =>
        where is { } given ? new FilterReader(scope.Class.Definition, catalog).Read(given) : null;

    private static Task<T[]> AskAllAsync<T>(
        ClassScope scope,
        FilterNode? filter,
        JsonElement? where,
        Func<ShardSearch, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken) => ScatterGather.RunAsync<T>(
        [
            .. NodeShards.Of(scope)
                .Select(shards => new ShardSearch(shards) { Filter = filter, Where = where })
                .Select(search => (Func<CancellationToken, Task<T>>)(stop => ask(search, stop))),
        ],
        cancellationToken);

    private async Task<FoundHits> FindAsync(IReadOnlyList<ShardSearch> searches, HitOrder order, CancellationToken cancellationToken)
    {
        FoundHits[] found = await ScatterGather.RunAsync(
            [.. searches.Select(search => (Func<CancellationToken, Task<FoundHits>>)(stop => FindAsync(search, stop)))],
            cancellationToken,
            static hits => hits.Dispose());
        return found is [var only] ? only : new FoundHits(
            found.Select(static hits => hits.Snapshot).OfType<ReadSnapshot>().SingleOrDefault(),
            [.. found.SelectMany(static hits => hits.Hits).Order(order).Take(searches[0].Count)]);
    }

    private async Task<FoundHits> FindAsync(ShardSearch search, CancellationToken cancellationToken) =>
        search.Shards.Node is null ? await local.SearchAsync(search, cancellationToken) : new FoundHits(null, await peers.SearchAsync(search, cancellationToken));

    /// <summary>
    /// Looks for the objects that references in a filter may mean, if any of them may be on another node: a node answers a filter from its
    /// own shards alone. Otherwise that is left to the search, which sees everything as of one moment.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <param name="scope">Whose filter it is.</param>
    /// <param name="tenant">The tenant that the request is in, if it is in one: it goes along through classes that have none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<FilterNode> BindAsync(FilterNode filter, ClassScope scope, string? tenant, CancellationToken cancellationToken)
    {
        IReadOnlyList<FilterNode.Refers> references = filter.References;
        if (references.Count == 0 || (scope.IsHere && tenant == scope.Tenant && filter.IsAnsweredHere(tenant)))
        {
            return filter;
        }

        var matches = new List<IReadOnlySet<Guid>>();
        foreach (FilterNode.Refers refers in references)
        {
            matches.Add(refers.FindScope(tenant) is { } target
                ? (await MatchAsync(target, refers.WhereInside(), tenant, cancellationToken)).ToHashSet()
                : new HashSet<Guid>());
        }

        return filter.WithMatches(matches);
    }

    /// <summary>Puts the vector of the object that is named in its place.</summary>
    private async ValueTask<VectorQuery> ResolveAsync(VectorQuery query, ClassScope scope, CancellationToken cancellationToken)
    {
        if (query.NearObject is not { } id)
        {
            return query;
        }

        using var record = new PooledBuffer();
        ClassDefinition definition = scope.Class.Definition;
        return await router.ReadAsync(scope.ShardOf(id), id, record, cancellationToken)
            ? query with { Vector = NearVectorScan.VectorOf(definition, query, ObjectRecord.Read(record.Written)) }
            : throw NearVectorScan.Invalid(definition, query, $"there is no object with id '{id}'");
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
