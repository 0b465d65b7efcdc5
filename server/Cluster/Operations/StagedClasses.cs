using System.Collections.Immutable;
using System.Text;
using Basalt.Engine;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Operations;

/// <summary>
/// Remembers in the database which classes a restore of the cluster brings here, from before the first of them until the restore has ended. Their keyspaces are there
/// without being in the catalog, and whoever finds them has to know whose they are.
/// </summary>
internal sealed class StagedClasses(Database database)
{
    private const string Prefix = "staged/";

    /// <summary>What comes to be in one step with the keyspaces of a restore.</summary>
    public static string MarkOf(Guid operation) => $"staged-{operation:N}";

    /// <summary>Notes a restore, durably.</summary>
    public void Begin(OperationPlan plan, IEnumerable<string> classNames) =>
        database.Put(
            database.GetOrCreateKeyspace(KeyspaceNames.Cluster),
            Key(plan.Operation),
            Encoding.ASCII.GetBytes(string.Join('\n', classNames)),
            Durability.Sync);

    /// <summary>Whether all of a restore's keyspaces are here.</summary>
    public bool AreHere(Guid operation) => database.FindKeyspace(MarkOf(operation)) is not null;

    /// <summary>Whether a restore was noted and not ended. Every class whose id is the restore's is one of its classes.</summary>
    public bool Has(Guid operation) =>
        database.FindKeyspace(KeyspaceNames.Cluster) is { } state && database.Get(state, Key(operation)) is not null;

    /// <summary>The restores that were noted and not ended, with their classes.</summary>
    public ImmutableArray<(Guid Operation, ImmutableArray<string> Classes)> All()
    {
        if (database.FindKeyspace(KeyspaceNames.Cluster) is not { } state)
        {
            return [];
        }

        ImmutableArray<(Guid, ImmutableArray<string>)>.Builder all = ImmutableArray.CreateBuilder<(Guid, ImmutableArray<string>)>();
        using DatabaseIterator entries = database.Scan(state, ScanRange.Prefix(Encoding.ASCII.GetBytes(Prefix)));
        while (entries.MoveNext())
        {
            Guid operation = Guid.Parse(Encoding.ASCII.GetString(entries.Key[Prefix.Length..]));
            all.Add((operation, [.. Encoding.ASCII.GetString(entries.Value).Split('\n', StringSplitOptions.RemoveEmptyEntries)]));
        }

        return all.ToImmutable();
    }

    /// <summary>Ends a restore: drops what is left of its classes, of those that the catalog does not have.</summary>
    /// <param name="operation">The restore.</param>
    /// <param name="unpublished">Its classes that the cluster does not have.</param>
    public void End(Guid operation, IEnumerable<string> unpublished)
    {
        HashSet<string> names = [.. unpublished];
        Keyspace[] left =
        [
            .. database.Keyspaces.Where(keyspace =>
                keyspace.Name == MarkOf(operation) || (KeyspaceNames.ClassOf(keyspace.Name) is { } name && names.Contains(name))),
        ];
        if (left.Length > 0)
        {
            database.DropKeyspaces(left);
        }

        database.Delete(database.GetOrCreateKeyspace(KeyspaceNames.Cluster), Key(operation), Durability.Sync);
    }

    private static byte[] Key(Guid operation) => Encoding.ASCII.GetBytes($"{Prefix}{operation:N}");
}
