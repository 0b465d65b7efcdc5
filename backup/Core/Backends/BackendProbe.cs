using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Backends;

/// <summary>
/// Finds out before any backup whether a store can be written and keeps the promises that correctness rests on, and leaves the verdict in the
/// store when it is a new one.
/// </summary>
internal static class BackendProbe
{
    private static readonly TimeSpan VerdictLifetime = TimeSpan.FromDays(30);

    /// <summary>Writes an object twice, reads it, lists it and removes it.</summary>
    /// <exception cref="BackupBackendException">The store cannot be used.</exception>
    /// <exception cref="BackupException">The store answers, but not truthfully.</exception>
    public static async Task RunAsync(IBackupBackend backend, TimeProvider clock, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Probe(Ulid.Create(clock));
        string? problem = await FindProblemAsync(backend, key, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(backend, key, cancellationToken).ConfigureAwait(false);
        try
        {
            await RecordAsync(backend, clock, problem, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException) when (problem is not null)
        {
            // What the store did to the verdict matters less than what the verdict says.
        }

        if (problem is not null)
        {
            throw new BackupException(
                BackupError.BackendFailure,
                $"The store at '{backend.Location("")}' cannot hold backups: {problem} ('{key}'). Use another store or path.",
                objectKey: key);
        }
    }

    /// <summary>What the store does wrong, or null.</summary>
    private static async Task<string?> FindProblemAsync(IBackupBackend backend, string key, CancellationToken cancellationToken)
    {
        ObjectContent first = ObjectContent.FromBytes("first"u8.ToArray());
        ObjectContent second = ObjectContent.FromBytes("other"u8.ToArray());
        await backend.TryPutAsync(key, first, cancellationToken).ConfigureAwait(false);
        if (await backend.TryPutAsync(key, second, cancellationToken).ConfigureAwait(false))
        {
            return "it overwrote an object that was to be created only if absent";
        }

        if (!await IsListedAsync(backend, key, cancellationToken).ConfigureAwait(false))
        {
            return "it does not list an object that was just written";
        }

        return await FindReadProblemAsync(backend, key, 0, null, "first"u8.ToArray(), cancellationToken).ConfigureAwait(false)
            ?? await FindReadProblemAsync(backend, key, 1, 3, "irs"u8.ToArray(), cancellationToken).ConfigureAwait(false);
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
            byte[] content = new byte[16];
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

    private static async Task RecordAsync(IBackupBackend backend, TimeProvider clock, string? problem, CancellationToken cancellationToken)
    {
        var documents = new DocumentStore(backend);
        string newest = "";
        await foreach (BackendEntry entry in backend.ListAsync(RepositoryLayout.VerdictPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            string ulid = Path.GetFileNameWithoutExtension(entry.Key);
            newest = Ulid.IsUlid(ulid) && string.CompareOrdinal(ulid, newest) > 0 ? ulid : newest;
        }

        if (Ulid.TryReadTime(newest, out DateTimeOffset time) && clock.GetUtcNow() - time < VerdictLifetime
            && await IsKnownAsync(documents, RepositoryLayout.Verdict(newest), problem, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var verdict = new VerdictDocument { Probed = clock.GetUtcNow(), Problem = problem };
        await documents
            .TryCreateAsync(
                RepositoryLayout.Verdict(Ulid.Create(clock)), verdict, DocumentJsonContext.Default.VerdictDocument, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<bool> IsKnownAsync(DocumentStore documents, string key, string? problem, CancellationToken cancellationToken)
    {
        try
        {
            VerdictDocument? known = await documents
                .TryReadAsync(key, DocumentJsonContext.Default.VerdictDocument, cancellationToken)
                .ConfigureAwait(false);
            return known is not null && known.Problem == problem;
        }
        catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
        {
            // Whatever it said is replaced by what was found just now.
            return false;
        }
    }
}
