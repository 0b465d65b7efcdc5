using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>Deletes all objects of a class that match a filter, up to the largest number that a query may have.</summary>
internal sealed class BatchDeletion(ObjectSearcher searcher, ShardRouter router, ServerSettings settings)
{
    private const int StepObjects = 1000;

    /// <summary>Finds the objects, and deletes them unless it is only a trial.</summary>
    /// <param name="target">Their class, or tenant of one.</param>
    /// <param name="where">The filter.</param>
    /// <param name="dryRun">Whether to only tell what would be deleted.</param>
    /// <param name="cancellationToken">Gives up; what is deleted by then stays so.</param>
    /// <returns>How many match, and those that were or would be deleted.</returns>
    /// <exception cref="RequestException">The filter contradicts the class, or the class was deleted meanwhile.</exception>
    public async Task<(int Matches, IReadOnlyList<Guid> Ids)> RunAsync(
        ClassScope target, JsonElement where, bool dryRun, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> ids = await searcher.MatchAsync(target, where, cancellationToken);
        IReadOnlyList<Guid> limited = ids.Count > settings.QueryMaximumResults ? [.. ids.Take(settings.QueryMaximumResults)] : ids;
        if (!dryRun)
        {
            // Each shard has its own order of writes, so they do not wait for each other.
            await Task.WhenAll(limited
                .GroupBy(target.ShardOf)
                .Select(shard => DeleteAsync(shard.Key, shard, cancellationToken)));
        }

        return (ids.Count, limited);
    }

    // An object that another request deletes first is gone as asked, so it counts as deleted.
    private async Task DeleteAsync(ShardTarget target, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        using var window = new WriteWindow();
        foreach (Guid[] step in ids.Chunk(StepObjects))
        {
            window.Clear();
            foreach (Guid id in step)
            {
                window.Add(new ObjectWrite { Id = id, Mode = WriteMode.Delete });
            }

            await router.CommitAsync(target, window, cancellationToken);
        }
    }
}
