using System.Collections.Immutable;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>Takes the snapshot of chosen collections.</summary>
internal static class SnapshotTaker
{
    private const int NamedTries = 3;

    /// <summary>
    /// Pins all keyspaces of the collections at one instant. Keyspaces have to be named before the cut; one created in between would be
    /// missing although its collection mentions it, so the set is compared again afterwards. When it keeps changing, everything is pinned:
    /// more disk for a while, but right.
    /// </summary>
    /// <exception cref="BackupException"><see cref="BackupError.CollectionNotFound"/>: a collection was dropped meanwhile.</exception>
    public static async Task<SnapshotHandle> TakeAsync(
        Database database,
        string id,
        string owner,
        TimeSpan timeToLive,
        ImmutableArray<string> collections,
        CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            string[] names = NamesOf(database, collections);
            RequireAll(id, collections, names);
            bool byName = attempt < NamedTries;
            var options = new SnapshotOptions { Owner = owner, TimeToLive = timeToLive, Keyspaces = byName ? names : null };
            SnapshotHandle handle;
            try
            {
                handle = await database.CreateSnapshotAsync(options, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException gone) when (gone.Error == DatabaseError.InvalidOperation && byName)
            {
                continue;
            }

            try
            {
                RequireAll(id, collections, handle.Keyspaces.Select(keyspace => keyspace.Name));
                if (!byName || !NamesOf(database, collections).Except(names, StringComparer.Ordinal).Any())
                {
                    return handle;
                }
            }
            catch
            {
                await handle.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            await handle.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string[] NamesOf(Database database, ImmutableArray<string> collections)
    {
        var chosen = collections.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. database.Keyspaces.Select(keyspace => keyspace.Name).Where(name => chosen.Contains(KeyspaceAddress.Parse(name).Collection)),
        ];
    }

    private static void RequireAll(string id, ImmutableArray<string> collections, IEnumerable<string> names)
    {
        string? dropped = collections.Except(names.Select(name => KeyspaceAddress.Parse(name).Collection), StringComparer.Ordinal).FirstOrDefault();
        if (dropped is not null)
        {
            throw new BackupException(
                BackupError.CollectionNotFound, $"Backup '{id}': collection '{dropped}' was dropped before the backup's cut.", id);
        }
    }
}
