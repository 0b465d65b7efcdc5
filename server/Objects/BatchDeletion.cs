using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>Deletes all objects of a class that match a filter, up to the largest number that a query may have.</summary>
internal sealed class BatchDeletion(Database database, ClassCatalog catalog, ServerSettings settings)
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
        ShardTarget target, JsonElement where, bool dryRun, CancellationToken cancellationToken)
    {
        FilterNode filter = new FilterReader(target.Class.Definition, catalog).Read(where);
        List<Guid> ids = await Task.Run(() => Find(target, filter, cancellationToken), cancellationToken);
        List<Guid> limited = ids.Count > settings.QueryMaximumResults ? ids[..settings.QueryMaximumResults] : ids;
        if (!dryRun)
        {
            await DeleteAsync(target, limited, cancellationToken);
        }

        return (ids.Count, limited);
    }

    private List<Guid> Find(ShardTarget target, FilterNode filter, CancellationToken cancellationToken)
    {
        try
        {
            using ReadSnapshot snapshot = database.CreateReadSnapshot();
            return new FilterEvaluator(database, target, snapshot).Evaluate(filter, cancellationToken);
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            throw target.Deleted();
        }
    }

    // An object that another request deletes first is gone as asked, so it counts as deleted.
    private static async Task DeleteAsync(ShardTarget target, List<Guid> ids, CancellationToken cancellationToken)
    {
        using var window = new WriteWindow();
        foreach (Guid[] step in ids.Chunk(StepObjects))
        {
            window.Clear();
            foreach (Guid id in step)
            {
                window.Add(new ObjectWrite { Id = id, Mode = WriteMode.Delete });
            }

            await target.Shard.CommitAsync(window, target.Class, cancellationToken);
        }
    }
}
