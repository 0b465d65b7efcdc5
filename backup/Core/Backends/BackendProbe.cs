using Basalt.Backup.Naming;

namespace Basalt.Backup.Backends;

/// <summary>Finds out before any backup whether a store can be written and keeps the two promises that correctness rests on.</summary>
internal static class BackendProbe
{
    /// <summary>Writes an object twice, reads it, lists it and removes it.</summary>
    /// <exception cref="BackupBackendException">The store cannot be used.</exception>
    /// <exception cref="BackupException">The store answers, but not truthfully.</exception>
    public static async Task RunAsync(IBackupBackend backend, TimeProvider clock, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Probe(Ulid.Create(clock));
        ObjectContent first = ObjectContent.FromBytes("first"u8.ToArray());
        ObjectContent second = ObjectContent.FromBytes("other"u8.ToArray());
        await backend.TryPutAsync(key, first, cancellationToken).ConfigureAwait(false);
        if (await backend.TryPutAsync(key, second, cancellationToken).ConfigureAwait(false))
        {
            throw Unreliable(backend, key, "it overwrote an object that was to be created only if absent");
        }

        if (!await IsListedAsync(backend, key, cancellationToken).ConfigureAwait(false))
        {
            throw Unreliable(backend, key, "it does not list an object that was just written");
        }

        await RequireContentAsync(backend, key, cancellationToken).ConfigureAwait(false);
        try
        {
            await backend.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // Creating backups needs no permission to delete; the few bytes stay.
        }
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

    private static async Task RequireContentAsync(IBackupBackend backend, string key, CancellationToken cancellationToken)
    {
        await using Stream stream = await backend.OpenReadAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false)
            ?? throw Unreliable(backend, key, "it does not find an object that was just written");
        byte[] content = new byte[16];
        int read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (!content.AsSpan(0, read).SequenceEqual("first"u8))
        {
            throw Unreliable(backend, key, "it returns other bytes than were written");
        }
    }

    private static BackupException Unreliable(IBackupBackend backend, string key, string what) =>
        new(
            BackupError.BackendFailure,
            $"The store at '{backend.Location("")}' cannot hold backups: {what} ('{key}'). Use another store or path.",
            objectKey: key);
}
