using Basalt.Server.Api;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Shards;

/// <summary>
/// The shards of other nodes. Every call throws what the node refused the request with, or a <see cref="RequestException"/> of status 503
/// that names node and shard when the node cannot be reached, or gives an answer that cannot be one to the question. Answers are what was asked for: in order, of
/// the shards that were named, with all that the search orders by, and objects of the class.
/// </summary>
internal interface IShardPeers
{
    /// <summary>Reads objects.</summary>
    /// <param name="shards">The shards of one node.</param>
    /// <param name="ids">Objects of these shards.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The record of each, null for one that is not there; only the first ones, but at least one, if they are large.</returns>
    Task<IReadOnlyList<byte[]?>> ReadAsync(NodeShards shards, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Whether there is an object of that id.</summary>
    Task<bool> ContainsAsync(ShardTarget target, Guid id, CancellationToken cancellationToken);

    /// <summary>Writes the objects of a window and sets the outcome of each, as <see cref="Shard.CommitAsync"/> does.</summary>
    Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken);

    /// <summary>Fixes lengths of vectors in a shard, as <see cref="Shard.FixLengthsAsync"/> does.</summary>
    Task<IReadOnlyList<int>> FixLengthsAsync(ShardTarget target, IReadOnlyList<(string Name, int Length)> lengths, CancellationToken cancellationToken);

    /// <summary>Finds the first objects in the order of the search.</summary>
    Task<IReadOnlyList<SearchHit>> SearchAsync(ShardSearch search, CancellationToken cancellationToken);

    /// <summary>Finds all objects that match the filter of the search, in the order of their ids.</summary>
    Task<IReadOnlyList<Guid>> MatchAsync(ShardSearch search, CancellationToken cancellationToken);

    /// <summary>Counts the objects that match the filter of the search; without one, all.</summary>
    Task<long> CountAsync(ShardSearch search, CancellationToken cancellationToken);
}
