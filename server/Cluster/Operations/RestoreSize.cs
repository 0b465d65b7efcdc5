using Basalt.Backup;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>What a restore brings into the schema of a cluster, as far as the lists of its backup tell. Definitions are known only when they are back.</summary>
internal static class RestoreSize
{
    // A status, an id, and a node of one letter; a shard of a class without tenants takes about as much in the definition.
    private static readonly int Value = TenantRecord.Encode(TenantStatus.Hot, Guid.Empty, "n").Length;

    /// <summary>The least bytes that the entries of all tenants take.</summary>
    /// <param name="contents">The backup.</param>
    /// <param name="classes">The classes wanted, by their names in the backup.</param>
    public static long AtLeast(BackupContents contents, IEnumerable<string> classes)
    {
        var wanted = classes.ToHashSet(StringComparer.Ordinal);
        return contents.Shards
            .Where(shard => shard.Address.Shard.Length > 0 && wanted.Contains(shard.Address.Collection))
            .Sum(shard => (long)shard.Address.Collection.Length + TenantRecord.KeyText(shard.Address.Shard).Length + Value);
    }
}
