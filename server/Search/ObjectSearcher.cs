using System.Globalization;
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
internal sealed class ObjectSearcher(Database database, ServerSettings settings)
{
    /// <summary>Searches.</summary>
    /// <exception cref="RequestException">The search contradicts itself or the class.</exception>
    public Task<SearchResults> SearchAsync(ObjectSearch search, CancellationToken cancellationToken) =>
        Task.Run(() => Search(search, cancellationToken), cancellationToken);

    /// <summary>Counts objects.</summary>
    /// <param name="target">Their class, or tenant of one.</param>
    /// <param name="where">A filter; null counts all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestException">The filter contradicts the class.</exception>
    public Task<long> CountAsync(ShardTarget target, System.Text.Json.JsonElement? where, CancellationToken cancellationToken) =>
        where is not { } filter ? Task.FromResult(target.Shard.ObjectCount) : Task.Run<long>(
            () =>
            {
                FilterNode node = new FilterReader(target.Class.Definition).Read(filter);
                using ReadSnapshot snapshot = database.CreateReadSnapshot();
                return Evaluate(target, node, snapshot, cancellationToken).Count;
            },
            cancellationToken);

    private SearchResults Search(ObjectSearch search, CancellationToken cancellationToken)
    {
        Guid? after = ReadCursor(search);
        long limit = search.Limit is > 0 and { } given ? given : settings.QueryDefaultsLimit;
        if (search.Offset > settings.QueryMaximumResults - limit)
        {
            throw RequestException.Unprocessable(string.Create(
                CultureInfo.InvariantCulture,
                $"query maximum results exceeded: offset {search.Offset} and limit {limit} are more than QUERY_MAXIMUM_RESULTS ({settings.QueryMaximumResults}); use the cursor 'after'"));
        }

        ShardTarget target = search.Target;
        FilterNode? filter = search.Where is { } where ? new FilterReader(target.Class.Definition).Read(where) : null;
        NearVectorScan? near = search.Near is { } query ? NearVectorScan.Create(target.Class.Definition, query) : null;
        SortOrder? order = search.Sort.Count > 0 ? SortOrder.Create(target.Class.Definition, search.Sort) : null;
        ReadSnapshot snapshot = database.CreateReadSnapshot();
        try
        {
            IEnumerable<Guid>? candidates = filter is null ? null : Evaluate(target, filter, snapshot, cancellationToken);
            int page = (int)(search.Offset + limit);
            using var scan = new ObjectScan(database, target.Shard.Objects, snapshot, candidates, after, cancellationToken);
            IEnumerable<SearchHit> hits = near is not null ? near.Nearest(scan, page)
                : order is not null ? order.First(scan, page)
                : scan.Ids().Take(page).Select(id => new SearchHit(id));
            return new SearchResults(database, target.Shard.Objects, snapshot, [.. hits.Skip((int)search.Offset)], near?.Metric);
        }
        catch (Exception exception)
        {
            snapshot.Dispose();
            if (exception is DatabaseException && target.Shard.Objects.IsDropped)
            {
                throw RequestException.Unprocessable($"class '{target.Class.Name}' was deleted meanwhile");
            }

            throw;
        }
    }

    private List<Guid> Evaluate(ShardTarget target, FilterNode filter, ReadSnapshot snapshot, CancellationToken cancellationToken) =>
        new FilterEvaluator(database, target.Shard, snapshot).Evaluate(filter, cancellationToken);

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
