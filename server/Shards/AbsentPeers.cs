using Basalt.Server.Api;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Shards;

/// <summary>The other nodes of a server alone: there are none. It meets their shards in a class that was restored in part from a cluster.</summary>
internal sealed class AbsentPeers : IShardPeers
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<byte[]?>> ReadAsync(NodeShards shards, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(shards);

    /// <inheritdoc/>
    public Task<bool> ContainsAsync(ShardTarget target, Guid id, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(NodeShards.Of(target));

    /// <inheritdoc/>
    public Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(NodeShards.Of(target));

    /// <inheritdoc/>
    public Task<IReadOnlyList<int>> FixLengthsAsync(
        ShardTarget target, IReadOnlyList<(string Name, int Length)> lengths, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(NodeShards.Of(target));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> SearchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(search.Shards);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> MatchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(search.Shards);

    /// <inheritdoc/>
    public Task<long> CountAsync(ShardSearch search, CancellationToken cancellationToken) =>
        throw RequestException.Unreachable(search.Shards);
}
