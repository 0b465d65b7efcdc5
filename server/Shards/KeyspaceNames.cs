namespace Basalt.Server.Shards;

/// <summary>
/// The keyspaces of a class: <c>Class//schema</c> holds its definition and the list of its tenants, <c>Class/shard/objects</c> its objects
/// by id, <c>Class/shard/index</c> the inverted index and the shard's counters. A tenant is a shard of its name.
/// </summary>
internal static class KeyspaceNames
{
    /// <summary>The states of restores; of no class, so in no backup.</summary>
    public const string Restores = "restores";

    /// <summary>A renaming that has to be finished; of no class, so in no backup.</summary>
    public const string Renaming = "renaming";

    /// <summary>What a node knows of its cluster; of no class, so in no backup.</summary>
    public const string Cluster = "cluster";

    private const string RestoredPrefix = "restored-";

    private const char Separator = '/';

    /// <summary>What comes to be with the classes of a restore; empty, of no class, gone when the restore has ended.</summary>
    public static string Restored(Guid mark) => $"{RestoredPrefix}{mark:N}";

    /// <summary>Whether a keyspace is such a mark.</summary>
    public static bool IsRestored(string keyspace) => keyspace.StartsWith(RestoredPrefix, StringComparison.Ordinal) && !keyspace.Contains(Separator);

    /// <summary>Where the definition of a class is.</summary>
    public static string Schema(string className) => $"{className}//schema";

    /// <summary>Where the objects of a shard are.</summary>
    public static string Objects(string className, string shard) => $"{className}/{shard}/objects";

    /// <summary>Where the inverted index of a shard is.</summary>
    public static string Index(string className, string shard) => $"{className}/{shard}/index";

    /// <summary>The class that a keyspace belongs to, or null for keyspaces of others.</summary>
    public static string? ClassOf(string keyspace)
    {
        string[] parts = keyspace.Split(Separator);
        return parts.Length == 3 && parts[0].Length > 0 ? parts[0] : null;
    }
}
