using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

/// <summary>Reads and writes objects in their shards, here or on other nodes.</summary>
/// <param name="peers">The shards of other nodes.</param>
internal sealed class ShardRouter(IShardPeers peers)
{
    private readonly LengthAgreement _lengths = new(peers);

    /// <summary>Reads an object's record.</summary>
    /// <returns>Whether there is such an object; a deleted class has none.</returns>
    public ValueTask<bool> ReadAsync(ShardTarget target, Guid id, PooledBuffer record, CancellationToken cancellationToken) =>
        target.Shard.Local is { } local
            ? new ValueTask<bool>(local.TryRead(id, record))
            : new ValueTask<bool>(ReadRemoteAsync(target, id, record, cancellationToken));

    /// <summary>Whether there is an object of that id.</summary>
    public ValueTask<bool> ContainsAsync(ShardTarget target, Guid id, CancellationToken cancellationToken) =>
        target.Shard.Local is { } local
            ? new ValueTask<bool>(local.Contains(id))
            : new ValueTask<bool>(peers.ContainsAsync(target, id, cancellationToken));

    /// <summary>Writes the objects of a window and sets the outcome of each; see <see cref="Shard.CommitAsync"/>.</summary>
    public Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken) =>
        target.Class.IsSpread ? CommitSpreadAsync(target, window, cancellationToken) : SendAsync(target, window, cancellationToken);

    /// <summary>Reads objects that are on other nodes, those of each node with one request.</summary>
    /// <param name="scope">The class, or one tenant of it.</param>
    /// <param name="ids">The objects. Those that are here are passed over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Records, null for objects that are not there; some are missing if they are large, but not the first of any node.</returns>
    public async Task<IReadOnlyDictionary<Guid, byte[]?>> ReadRemoteAsync(ClassScope scope, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var records = new Dictionary<Guid, byte[]?>();
        var wanted = new Dictionary<string, (List<ClassShard> Shards, List<Guid> Ids)>(StringComparer.Ordinal);
        foreach (Guid id in ids)
        {
            ClassShard shard = scope.ShardOf(id).Shard;
            if (shard.Local is null && records.TryAdd(id, null))
            {
                if (!wanted.TryGetValue(shard.Place.Node!, out (List<ClassShard> Shards, List<Guid> Ids) there))
                {
                    wanted[shard.Place.Node!] = there = ([], []);
                }

                there.Ids.Add(id);
                if (!there.Shards.Contains(shard))
                {
                    there.Shards.Add(shard);
                }
            }
        }

        IReadOnlyList<byte[]?>[] answers = await ScatterGather.RunAsync(
            [
                .. wanted.Select(node => (Func<CancellationToken, Task<IReadOnlyList<byte[]?>>>)(stop => peers.ReadAsync(
                    new NodeShards(node.Key, scope.Class, scope.Tenant, node.Value.Shards), node.Value.Ids, stop))),
            ],
            cancellationToken);
        foreach ((IReadOnlyList<byte[]?> answer, List<Guid> asked) in answers.Zip(wanted.Values.Select(node => node.Ids)))
        {
            for (int i = 0; i < asked.Count; i++)
            {
                if (i < answer.Count)
                {
                    records[asked[i]] = answer[i];
                }
                else
                {
                    records.Remove(asked[i]);
                }
            }
        }

        return records;
    }

    private async Task CommitSpreadAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken)
    {
        await _lengths.CheckAsync(target.Class, window, cancellationToken);
        await SendAsync(target, window, cancellationToken);
    }

    private Task SendAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken) =>
        target.Shard.Local is { } local
            ? local.CommitAsync(window, target.Class, cancellationToken)
            : peers.CommitAsync(target, window, cancellationToken);

    private async Task<bool> ReadRemoteAsync(ShardTarget target, Guid id, PooledBuffer record, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]?> found = await peers.ReadAsync(NodeShards.Of(target), [id], cancellationToken);
        if (found[0] is not { } bytes)
        {
            return false;
        }

        record.Append(bytes);
        return true;
    }
}
