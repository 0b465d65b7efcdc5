using Basalt.Engine;
using Basalt.Server.Index;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>
/// Searches shards that are here, all of them as of one snapshot: filters from the inverted index, vectors by comparing with every object
/// that the filter leaves, sorting by reading each of them. What is kept in memory is bounded by the page, and by the ids that the filter
/// finds. It asks no other node, so nodes that search each other's shards cannot wait for each other.
/// </summary>
internal sealed class LocalSearcher(Database database) : IDisposable
{
    // A scan keeps a processor busy and may hold the ids of all objects; more of them would only make each slower.
    private readonly SemaphoreSlim _scans = new(Math.Max(4, 2 * Environment.ProcessorCount));

    /// <summary>Finds the first objects in the order of the search.</summary>
    /// <exception cref="Api.RequestException">The class was deleted meanwhile, or a vector has another length.</exception>
    public Task<FoundHits> SearchAsync(ShardSearch search, CancellationToken cancellationToken) => RunAsync(
        search,
        search.IsScan,
        () =>
        {
            ReadSnapshot snapshot = database.CreateReadSnapshot();
            try
            {
                return new FoundHits(snapshot, Search(search, snapshot, cancellationToken));
            }
            catch
            {
                snapshot.Dispose();
                throw;
            }
        },
        cancellationToken);

    /// <summary>Finds all objects that match the filter, in the order of their ids.</summary>
    /// <exception cref="Api.RequestException">The class was deleted meanwhile.</exception>
    public Task<IReadOnlyList<Guid>> MatchAsync(ShardSearch search, CancellationToken cancellationToken) => RunAsync<IReadOnlyList<Guid>>(
        search,
        search.IsScan,
        () =>
        {
            using ReadSnapshot snapshot = database.CreateReadSnapshot();
            List<Guid>[] matches = [.. Match(search, snapshot, cancellationToken)];
            return matches is [var only] ? only : [.. AscendingIds.Merge(matches)];
        },
        cancellationToken);

    /// <summary>Counts the objects that match the filter; without one, all.</summary>
    /// <exception cref="Api.RequestException">The class was deleted meanwhile.</exception>
    public Task<long> CountAsync(ShardSearch search, CancellationToken cancellationToken) => search.Filter is null
        ? Task.FromResult(search.Shards.Shards.Sum(shard => shard.Local!.ObjectCount))
        : RunAsync(
            search,
            search.IsScan,
            () =>
            {
                using ReadSnapshot snapshot = database.CreateReadSnapshot();
                return Match(search, snapshot, cancellationToken).Sum(matches => (long)matches.Count);
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _scans.Dispose();

    private async Task<T> RunAsync<T>(ShardSearch search, bool isScan, Func<T> run, CancellationToken cancellationToken)
    {
        if (isScan)
        {
            await _scans.WaitAsync(cancellationToken);
        }

        try
        {
            return await Task.Run(run, cancellationToken);
        }
        catch (DatabaseException) when (search.Shards.Shards.Any(shard => shard.Local!.Objects.IsDropped))
        {
            throw new ShardTarget(search.Shards.Class, search.Shards.Shards[0]).Deleted();
        }
        finally
        {
            if (isScan)
            {
                _scans.Release();
            }
        }
    }

    private List<SearchHit> Search(ShardSearch search, ReadSnapshot snapshot, CancellationToken cancellationToken)
    {
        ClassDefinition definition = search.Shards.Class.Definition;
        List<List<Guid>>? candidates = search.Filter is null ? null : [.. Match(search, snapshot, cancellationToken)];
        var scans = new List<ObjectScan>();
        try
        {
            for (int i = 0; i < search.Shards.Shards.Count; i++)
            {
                Keyspace objects = search.Shards.Shards[i].Local!.Objects;
                scans.Add(new ObjectScan(database, objects, snapshot, candidates?[i], search.After, cancellationToken));
            }

            return search.Near is { } near ? NearVectorScan.Create(definition, near).Nearest(scans, search.Count)
                : search.Sort.Count > 0 ? SortOrder.Create(definition, search.Sort).First(scans, search.Count)
                : [.. AscendingIds.Merge([.. scans.Select(scan => scan.Ids())]).Take(search.Count).Select(static id => new SearchHit(id))];
        }
        finally
        {
            scans.ForEach(static scan => scan.Dispose());
        }
    }

    /// <summary>The objects of each shard that match.</summary>
    private IEnumerable<List<Guid>> Match(ShardSearch search, ReadSnapshot snapshot, CancellationToken cancellationToken)
    {
        FilterNode filter = Bind(search.Filter!, search.Shards.Tenant, snapshot, cancellationToken);
        return search.Shards.Shards.Select(shard => new FilterEvaluator(database, shard.Local!, snapshot).Evaluate(filter, cancellationToken));
    }

    /// <summary>The filter with the objects that its references may mean; they are all here, or were looked for already.</summary>
    private FilterNode Bind(FilterNode filter, string? tenant, ReadSnapshot snapshot, CancellationToken cancellationToken)
    {
        IReadOnlyList<FilterNode.Refers> references = filter.References;
        return references.Count == 0
            ? filter
            : filter.WithMatches([.. references.Select(refers => refers.Matches ?? FindTargets(refers, tenant, snapshot, cancellationToken))]);
    }

    private HashSet<Guid> FindTargets(FilterNode.Refers refers, string? tenant, ReadSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (refers.FindScope(tenant) is not { } scope)
        {
            return [];
        }

        try
        {
            FilterNode inside = Bind(refers.Inside, tenant, snapshot, cancellationToken);
            return scope.Shards
                .SelectMany(shard => new FilterEvaluator(database, shard.Local!, snapshot).Evaluate(inside, cancellationToken))
                .ToHashSet();
        }
        catch (DatabaseException) when (scope.IsDropped)
        {
            return [];
        }
    }
}
