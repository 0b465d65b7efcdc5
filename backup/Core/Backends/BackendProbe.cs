using Basalt.Backup.Checksums;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Backends;

/// <summary>
/// Finds out before any backup whether a store can be written and keeps the promises that correctness rests on, and leaves the verdict in the
/// store when it is a new one.
/// </summary>
internal static class BackendProbe
{
    private const int ProbeBytes = 4 << 10;

    private static readonly TimeSpan VerdictLifetime = TimeSpan.FromDays(30);

    /// <summary>Writes an object twice, reads it, lists it and removes it.</summary>
    /// <exception cref="BackupBackendException">The store cannot be used.</exception>
    /// <exception cref="BackupException">The store answers, but not truthfully.</exception>
    public static async Task<WriteConditions> RunAsync(IBackupBackend backend, TimeProvider clock, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Probe(Ulid.Create(clock));
        (WriteConditions conditions, string? problem) = await FindOutAsync(backend, key, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(backend, key, cancellationToken).ConfigureAwait(false);
        try
        {
            await RecordAsync(backend, clock, conditions, problem, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException) when (problem is not null)
        {
            // What the store did to the verdict matters less than what the verdict says.
        }

        return problem is null
            ? conditions
            : throw new BackupException(
                BackupError.BackendFailure,
                $"The store at '{backend.Location("")}' cannot hold backups: {problem} ('{key}'). Use another store or path.",
                objectKey: key);
    }

    /// <summary>Why no backup is made in a store that could only hold a degraded repository.</summary>
    public static BackupException NotAllowed(IBackupBackend backend, string reason) => new(
        BackupError.BackendFailure,
        $"The store at '{backend.Location("")}' holds no backups unless that is allowed: {reason}. Use another store, or allow it with "
        + "BackupOptions.AllowDegradedStores (of a server BACKUP_ALLOW_DEGRADED_STORES=true, on the command line --allow-degraded-store) and read in FORMAT.md "
        + "what is different then.");

    /// <summary>What the store can do, and what it does wrong, if anything.</summary>
    private static async Task<(WriteConditions Conditions, string? Problem)> FindOutAsync(
        IBackupBackend backend, string key, CancellationToken cancellationToken)
    {
        byte[] first = Pattern(7);
        byte[] second = Pattern(11);
        bool? isFirst = await TryPutAsync(backend, key, first, cancellationToken).ConfigureAwait(false);
        bool? isSecond = await TryPutAsync(backend, key, second, cancellationToken).ConfigureAwait(false);

        // Of the first it does not matter what the store said: its acknowledgement may have been lost.
        WriteConditions conditions = isFirst is not null && isSecond == false ? WriteConditions.Verified : WriteConditions.Absent;
        byte[] expected = first;
        if (conditions == WriteConditions.Absent)
        {
            expected = second;
            await backend.PutAsync(key, Content(expected), cancellationToken).ConfigureAwait(false);
        }

        if (!await IsListedAsync(backend, key, cancellationToken).ConfigureAwait(false))
        {
            return (conditions, "it does not list an object that was just written");
        }

        string? problem = await FindReadProblemAsync(backend, key, 0, null, expected, cancellationToken).ConfigureAwait(false)
            ?? await FindReadProblemAsync(backend, key, 1, 3, expected[1..4], cancellationToken).ConfigureAwait(false);
        return (conditions, problem);
    }

    /// <summary>Whether a conditional put created an object; null if the store does not know the condition.</summary>
    private static async Task<bool?> TryPutAsync(IBackupBackend backend, string key, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await backend.TryPutAsync(key, Content(bytes), cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException refused) when (refused.RefusesConditions)
        {
            return null;
        }
    }

    /// <summary>With the checksum that extents are sent with, which some servers take for a part of the content.</summary>
    private static ObjectContent Content(byte[] bytes) =>
        new(bytes.Length, () => new MemoryStream(bytes, writable: false), Crc32C.Compute(bytes));

    private static byte[] Pattern(int step)
    {
        byte[] bytes = new byte[ProbeBytes];
        for (int index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)(index * step);
        }

        return bytes;
    }

    private static async Task<bool> IsListedAsync(IBackupBackend backend, string key, CancellationToken cancellationToken)
    {
        await foreach (BackendEntry entry in backend.ListAsync(key, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<string?> FindReadProblemAsync(
        IBackupBackend backend, string key, long offset, long? length, byte[] expected, CancellationToken cancellationToken)
    {
        Stream? stream = await backend.OpenReadAsync(key, offset, length, cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return "it does not find an object that was just written";
        }

        await using (stream.ConfigureAwait(false))
        {
            byte[] content = new byte[ProbeBytes + 1];
            int read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return content.AsSpan(0, read).SequenceEqual(expected) ? null : "it returns other bytes than were written";
        }
    }

    private static async Task DeleteAsync(IBackupBackend backend, string key, CancellationToken cancellationToken)
    {
        try
        {
            await backend.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // Creating backups needs no permission to delete; the few bytes stay.
        }
    }

    private static async Task RecordAsync(
        IBackupBackend backend, TimeProvider clock, WriteConditions conditions, string? problem, CancellationToken cancellationToken)
    {
        string word = conditions == WriteConditions.Verified ? RepositoryDocument.Verified : RepositoryDocument.Absent;
        var documents = new DocumentStore(backend);
        string newest = "";
        await foreach (BackendEntry entry in backend.ListAsync(RepositoryLayout.VerdictPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            string ulid = Path.GetFileNameWithoutExtension(entry.Key);
            newest = Ulid.IsUlid(ulid) && string.CompareOrdinal(ulid, newest) > 0 ? ulid : newest;
        }

        if (Ulid.TryReadTime(newest, out DateTimeOffset time) && clock.GetUtcNow() - time < VerdictLifetime
            && await IsKnownAsync(documents, RepositoryLayout.Verdict(newest), word, problem, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var verdict = new VerdictDocument { Probed = clock.GetUtcNow(), ConditionalWrites = word, Problem = problem };
        await backend
            .PutAsync(
                RepositoryLayout.Verdict(Ulid.Create(clock)),
                ObjectContent.FromBytes(DocumentCodec.Seal(verdict, DocumentJsonContext.Default.VerdictDocument)),
                cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<bool> IsKnownAsync(
        DocumentStore documents, string key, string conditions, string? problem, CancellationToken cancellationToken)
    {
        try
        {
            VerdictDocument? known = await documents
                .TryReadAsync(key, DocumentJsonContext.Default.VerdictDocument, cancellationToken)
                .ConfigureAwait(false);
            return known is not null && known.Problem == problem && (known.ConditionalWrites ?? RepositoryDocument.Verified) == conditions;
        }
        catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
        {
            // Whatever it said is replaced by what was found just now.
            return false;
        }
    }
}
