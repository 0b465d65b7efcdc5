using System.Globalization;

namespace Basalt.Server.Cluster;

/// <summary>The keys of one cluster in the store. All of them are named here; the README beside this file says what they hold.</summary>
/// <param name="prefix">What they begin with, so that several clusters can share a store.</param>
internal sealed class ClusterKeys(string prefix)
{
    /// <summary>The nodes that are there now; each key lives with its node's lease.</summary>
    public KeyRange Members { get; } = KeyRange.Prefix($"{prefix}/members/");

    /// <summary>All nodes that ever were members.</summary>
    public KeyRange Nodes { get; } = KeyRange.Prefix($"{prefix}/nodes/");

    /// <summary>All that is known of the classes, and the version that every change of it compares.</summary>
    public KeyRange Schema { get; } = KeyRange.Prefix($"{prefix}/schema/");

    /// <summary>The version of the schema.</summary>
    public string SchemaVersion { get; } = $"{prefix}/schema/version";

    /// <summary>The names of changes of the schema, by which a node knows whether the store has all that it has seen.</summary>
    public string LineagePrefix { get; } = $"{prefix}/lineage/";

    /// <summary>Tells where classes are that a restore has brought and that have no keys of their own yet; see <see cref="Cluster.Schema.SchemaBundle"/>.</summary>
    public string SchemaBundle { get; } = $"{prefix}/schema/bundle";

    /// <summary>The parts of bundles, also of those that are not published. Nobody watches them.</summary>
    public KeyRange Incoming { get; } = KeyRange.Prefix($"{prefix}/incoming/");

    /// <summary>What begins the key of every entry of a class.</summary>
    public string ClassesPrefix { get; } = $"{prefix}/schema/classes/";

    /// <summary>A node that is there now.</summary>
    public string Member(string node) => $"{prefix}/members/{node}";

    /// <summary>The data directory of a node, whether it is there or not.</summary>
    public string Node(string node) => $"{prefix}/nodes/{node}";

    /// <summary>What begins the keys of backups and restores.</summary>
    public string BackupPrefix { get; } = $"{prefix}/backup/";

    /// <summary>The name in a key of <see cref="Nodes"/>.</summary>
    public string NodeOf(string key) => key[Nodes.Start.Length..];

    /// <summary>An entry of a class.</summary>
    public string ClassEntry(string className, string entry) => $"{ClassesPrefix}{className}/{entry}";

    /// <summary>The parts that a restore has written.</summary>
    public KeyRange IncomingOf(Guid operation) => KeyRange.Prefix($"{Incoming.Start}{operation:N}/");

    /// <summary>One of the parts that a restore has written.</summary>
    public string IncomingPart(Guid operation, int number) => string.Create(CultureInfo.InvariantCulture, $"{Incoming.Start}{operation:N}/{number}");

    /// <summary>The name in a key of <see cref="Members"/>.</summary>
    public string MemberOf(string key) => key[Members.Start.Length..];

    /// <summary>Class and entry in a key below <see cref="ClassesPrefix"/>; null for other keys.</summary>
    public (string ClassName, string Entry)? ClassEntryOf(string key)
    {
        if (!key.StartsWith(ClassesPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        string rest = key[ClassesPrefix.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? (rest[..slash], rest[(slash + 1)..]) : null;
    }
}
