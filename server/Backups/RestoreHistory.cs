using System.Text;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Shards;

namespace Basalt.Server.Backups;

/// <summary>
/// The last restore of each backup, in a keyspace of its own: <c>backend/id</c> to JSON. It answers for restores after a restart of the
/// server, and is in no backup because it is of no class.
/// </summary>
internal sealed class RestoreHistory
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Database _database;
    private readonly Keyspace _records;

    /// <summary>Opens the history.</summary>
    public RestoreHistory(Database database, TimeProvider clock)
    {
        _database = database;
        _records = database.GetOrCreateKeyspace(KeyspaceNames.Restores);
        TidyUp(clock.GetUtcNow());
    }

    /// <summary>The last restore of a backup, or null.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read.</exception>
    public RestoreRecord? Find(string backend, string id) =>
        _database.Get(_records, Key(backend, id)) is { } value ? RestoreRecord.Decode($"{backend}/{id}", value) : null;

    /// <summary>Stores the state of a restore; durable when the call returns.</summary>
    public void Store(string backend, string id, RestoreRecord record) =>
        _database.Put(_records, Key(backend, id), record.Encode(), Durability.Sync);

    /// <summary>Why an interrupted restore has failed.</summary>
    public static string CannotGoOn(string reason) => $"The restore was interrupted by a restart of the server and cannot go on: {reason}";

    /// <summary>Whether an interrupted restore has waited for so long that nobody expects it to go on.</summary>
    public static bool HasWaitedTooLong(RestoreRecord record, DateTimeOffset now) => now - record.StartedAt > LongestWait;

    /// <summary>Takes back what <see cref="Store"/> wrote of a restore that was not begun.</summary>
    /// <param name="backend">The backend, and where.</param>
    /// <param name="id">The backup.</param>
    /// <param name="before">What was there; null if nothing was.</param>
    public void Restore(string backend, string id, RestoreRecord? before)
    {
        if (before is not null)
        {
            Store(backend, id, before);
            return;
        }

        _database.Delete(_records, Key(backend, id), Durability.Sync);
    }

    /// <summary>Stores the end of a restore, and takes its mark away.</summary>
    public void End(string backend, string id, RestoreRecord record)
    {
        Store(backend, id, record);
        if (record.Intent is { } intent && _database.FindKeyspace(MarkOf(intent)) is { } mark)
        {
            _database.DropKeyspace(mark);
        }
    }

    /// <summary>Removes what restores had downloaded that do not go on.</summary>
    public void DiscardStaged() => _database.DiscardInterruptedIngests();

    /// <summary>The restores of a backend that have not ended and can go on.</summary>
    public IReadOnlyList<(string Id, RestoreRecord Record)> Unfinished(string backend) =>
    [
        .. All().Where(entry => entry.Backend == backend && entry.Record is { HasEnded: false, Intent: not null })
            .Select(entry => (entry.Id, entry.Record)),
    ];

    /// <summary>Whether the classes of a restore came to be.</summary>
    public bool IsDone(RestoreRecord record) => record.Intent is { } intent && _database.FindKeyspace(MarkOf(intent)) is not null;

    /// <summary>The keyspace that comes to be with the classes of a restore.</summary>
    public static string MarkOf(RestoreIntent intent) => KeyspaceNames.Restored(intent.Mark);

    /// <summary>Restores of which nobody knows what was asked have failed; marks of restores that have ended are of no use.</summary>
    private void TidyUp(DateTimeOffset now)
    {
        HashSet<string> needed = [];
        foreach ((string backend, string id, RestoreRecord record) in All())
        {
            if (record is { HasEnded: false, Intent: { } intent } && (IsDone(record) || !HasWaitedTooLong(record, now)))
            {
                needed.Add(MarkOf(intent));
            }
            else if (!record.HasEnded)
            {
                Store(backend, id, record with
                {
                    State = BackupState.Failed,
                    CompletedAt = now,
                    Error = record.Intent is null
                        ? "The restore was interrupted by a restart of the server. Either all of its classes are there or none; if none, restore again."
                        : CannotGoOn("its repository was out of reach for a day"),
                });
            }
        }

        if (needed.Count == 0)
        {
            DiscardStaged();
        }

        _database.DropKeyspaces([.. _database.Keyspaces.Where(keyspace => KeyspaceNames.IsRestored(keyspace.Name) && !needed.Contains(keyspace.Name))]);
    }

    private List<(string Backend, string Id, RestoreRecord Record)> All()
    {
        List<(string, string, RestoreRecord)> all = [];
        using DatabaseIterator entries = _database.Scan(_records);
        while (entries.MoveNext())
        {
            // An id has no slash; a place may have.
            string name = Encoding.UTF8.GetString(entries.Key);
            int slash = name.LastIndexOf('/');
            all.Add((name[..slash], name[(slash + 1)..], RestoreRecord.Decode(name, entries.Value)));
        }

        return all;
    }

    private static byte[] Key(string backend, string id) => Encoding.UTF8.GetBytes($"{backend}/{id}");
}
