using System.Text;
using System.Text.Json;
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
    /// <summary>The version of the stored form.</summary>
    public const int Format = 1;

    private readonly Database _database;
    private readonly Keyspace _records;

    /// <summary>Opens the history; restores that the last run of the server left unfinished count as failed.</summary>
    public RestoreHistory(Database database, TimeProvider clock)
    {
        _database = database;
        _records = database.GetOrCreateKeyspace(KeyspaceNames.Restores);
        EndInterrupted(clock.GetUtcNow());
    }

    /// <summary>The last restore of a backup, or null.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read.</exception>
    public RestoreRecord? Find(string backend, string id) =>
        _database.Get(_records, Key(backend, id)) is { } value ? Decode($"{backend}/{id}", value) : null;

    /// <summary>Stores the state of a restore; durable when the call returns.</summary>
    public void Store(string backend, string id, RestoreRecord record) =>
        _database.Put(_records, Key(backend, id), JsonSerializer.SerializeToUtf8Bytes(record, RestoreJson.Default.RestoreRecord), Durability.Sync);

    private void EndInterrupted(DateTimeOffset now)
    {
        using DatabaseIterator entries = _database.Scan(_records);
        while (entries.MoveNext())
        {
            byte[] key = entries.Key.ToArray();
            RestoreRecord record = Decode(Encoding.UTF8.GetString(key), entries.Value);
            if (!record.HasEnded)
            {
                RestoreRecord ended = record with
                {
                    State = BackupState.Failed,
                    CompletedAt = now,
                    Error = "The restore was interrupted by a restart of the server. Either all of its classes are there or none; if none, restore again.",
                };
                _database.Put(_records, key, JsonSerializer.SerializeToUtf8Bytes(ended, RestoreJson.Default.RestoreRecord), Durability.Sync);
            }
        }
    }

    private static byte[] Key(string backend, string id) => Encoding.UTF8.GetBytes($"{backend}/{id}");

    private static RestoreRecord Decode(string name, ReadOnlySpan<byte> value)
    {
        try
        {
            RestoreRecord? record = JsonSerializer.Deserialize(value, RestoreJson.Default.RestoreRecord);
            return record is { Format: Format }
                ? record
                : throw new InvalidDataException(
                    $"The record of restore '{name}' has format {record?.Format}; this server reads format {Format}. Use a newer server.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The record of restore '{name}' cannot be read: {exception.Message}", exception);
        }
    }
}
