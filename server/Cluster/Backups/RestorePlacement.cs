using System.Collections.Immutable;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>Which node takes which shard of a backup. A pure function, so that every node comes to the same result from the backup's documents.</summary>
internal static class RestorePlacement
{
    /// <summary>
    /// As they were, if the nodes are those of the backup, after mapping; otherwise what was on a mapped node goes where that is mapped to, and the rest is
    /// dealt out so that all nodes get about as many bytes.
    /// </summary>
    /// <param name="contents">The backup.</param>
    /// <param name="classes">The classes wanted, by their names in the backup.</param>
    /// <param name="nodes">The nodes that take part.</param>
    /// <param name="mapping">The node that takes what another one had.</param>
    /// <returns>The node of each shard with a name.</returns>
    public static ImmutableDictionary<ShardAddress, string> Assign(
        BackupContents contents,
        IReadOnlyCollection<string> classes,
        IReadOnlyCollection<string> nodes,
        IReadOnlyDictionary<string, string> mapping)
    {
        var wanted = classes.ToHashSet(StringComparer.Ordinal);
        var present = nodes.ToHashSet(StringComparer.Ordinal);
        BackupShard[] shards =
            [.. contents.Shards.Where(shard => shard.Address.Shard.Length > 0 && wanted.Contains(shard.Address.Collection))];
        bool areSame = present.SetEquals(contents.Backup.Participants.Select(node => mapping.GetValueOrDefault(node, node)));
        ImmutableDictionary<ShardAddress, string>.Builder places = ImmutableDictionary.CreateBuilder<ShardAddress, string>();
        var bytes = present.ToDictionary(node => node, _ => 0L, StringComparer.Ordinal);
        foreach (BackupShard shard in shards)
        {
            string? node = areSame ? mapping.GetValueOrDefault(shard.Node, shard.Node) : mapping.GetValueOrDefault(shard.Node);
            if (node is not null && present.Contains(node))
            {
                places[shard.Address] = node;
                bytes[node] += shard.Bytes;
            }
        }

        Deal(shards.Where(shard => !places.ContainsKey(shard.Address)), bytes, places);
        return places.ToImmutable();
    }

    /// <summary>The largest first, each to the node that has least.</summary>
    private static void Deal(IEnumerable<BackupShard> shards, Dictionary<string, long> bytes, ImmutableDictionary<ShardAddress, string>.Builder places)
    {
        var nodes = new SortedSet<(long Bytes, int Shards, string Name)>(
            bytes.Select(node => (node.Value, 0, node.Key)),
            Comparer<(long Bytes, int Shards, string Name)>.Create(static (left, right) =>
                left.Bytes != right.Bytes ? left.Bytes.CompareTo(right.Bytes)
                : left.Shards != right.Shards ? left.Shards.CompareTo(right.Shards)
                : string.CompareOrdinal(left.Name, right.Name)));
        IEnumerable<BackupShard> ordered = shards
            .OrderByDescending(shard => shard.Bytes)
            .ThenBy(shard => shard.Address.Collection, StringComparer.Ordinal)
            .ThenBy(shard => shard.Address.Shard, StringComparer.Ordinal);
        foreach (BackupShard shard in ordered)
        {
            (long Bytes, int Shards, string Name) least = nodes.Min;
            nodes.Remove(least);
            nodes.Add((least.Bytes + shard.Bytes, least.Shards + 1, least.Name));
            places[shard.Address] = least.Name;
        }
    }
}
