using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Basalt.Server.Index;

namespace Basalt.Server.Schema;

/// <summary>Which shard an object is in, and which node a tenant's shard is on. Part of the format: what is stored stays where this says.</summary>
internal static class ShardPlacement
{
    /// <summary>The position of an object's shard among the ordered shards of its class.</summary>
    /// <param name="id">The object.</param>
    /// <param name="count">How many shards the class has.</param>
    public static int IndexOf(Guid id, int count)
    {
        Span<byte> bytes = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, bytes);
        return (int)(XxHash3.HashToUInt64(bytes) % (ulong)count);
    }

    /// <summary>Gives each shard of a new class a node: the best by rendezvous hashing of those that have the fewest of them yet.</summary>
    /// <param name="shards">The names of the shards.</param>
    /// <param name="nodes">The nodes; none leaves the shards on the node that stores them.</param>
    public static ImmutableArray<ShardPlace> Spread(IReadOnlyList<string> shards, IReadOnlyList<string> nodes)
    {
        if (nodes.Count == 0)
        {
            return [.. shards.Select(static shard => new ShardPlace(shard))];
        }

        var counts = nodes.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        ImmutableArray<ShardPlace>.Builder places = ImmutableArray.CreateBuilder<ShardPlace>(shards.Count);
        foreach (string shard in shards)
        {
            int fewest = counts.Values.Min();
            string node = NodeOf(shard, [.. nodes.Where(node => counts[node] == fewest)]);
            counts[node]++;
            places.Add(new ShardPlace(shard, node));
        }

        return places.MoveToImmutable();
    }

    /// <summary>
    /// The node of a shard by rendezvous hashing: when the list of nodes changes, only shards of nodes that left and those that a new node
    /// wins move.
    /// </summary>
    /// <param name="shard">The name of the shard.</param>
    /// <param name="nodes">At least one node, in any order.</param>
    public static string NodeOf(string shard, IReadOnlyList<string> nodes)
    {
        string chosen = nodes[0];
        ulong highest = Score(shard, chosen);
        for (int i = 1; i < nodes.Count; i++)
        {
            ulong score = Score(shard, nodes[i]);
            if (score > highest || (score == highest && string.CompareOrdinal(nodes[i], chosen) < 0))
            {
                (chosen, highest) = (nodes[i], score);
            }
        }

        return chosen;
    }

    // Neither name has a zero byte in it.
    private static ulong Score(string shard, string node) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{node}\0{shard}"));
}
