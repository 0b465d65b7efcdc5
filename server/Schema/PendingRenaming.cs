using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>
/// Remembers in the database that a restore renames classes, from before its keyspaces appear until the catalog has adopted them. A server
/// that stopped in between finishes it at its next start. The keyspace is of no class, so it is in no backup.
/// </summary>
internal sealed class PendingRenaming(Database database)
{
    private static ReadOnlySpan<byte> Key => "restore"u8;

    /// <summary>Notes a renaming, durably. There is one restore at a time.</summary>
    /// <param name="classNames">The new names of all classes of the restore.</param>
    /// <param name="renames">Name in the backup to new name.</param>
    public void Begin(IEnumerable<string> classNames, IReadOnlyDictionary<string, string> renames)
    {
        Keyspace keyspace = database.GetOrCreateKeyspace(KeyspaceNames.Renaming);
        var record = new RenamingRecord([.. classNames], renames.ToImmutableDictionary(StringComparer.Ordinal));
        database.Put(keyspace, Key, record.Encode(), Durability.Sync);
    }

    /// <summary>Forgets it: it was done, or there is nothing to rename.</summary>
    public void End()
    {
        if (database.FindKeyspace(KeyspaceNames.Renaming) is { } keyspace)
        {
            database.DropKeyspace(keyspace);
        }
    }

    /// <summary>Does what is left of a renaming that was interrupted.</summary>
    /// <exception cref="InvalidDataException">The record, a definition or an object cannot be read.</exception>
    public void Finish()
    {
        if (database.FindKeyspace(KeyspaceNames.Renaming) is { } keyspace && database.Get(keyspace, Key) is { } value)
        {
            var record = RenamingRecord.Decode(value);
            var renaming = new ClassRenaming(database, record.Renames);
            if (renaming.IsUnfinished())
            {
                renaming.Apply(record.Classes);
            }
        }

        End();
    }
}
