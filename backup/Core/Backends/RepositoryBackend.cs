using System.Runtime.CompilerServices;

namespace Basalt.Backup.Backends;

/// <summary>
/// The store as a repository uses it. In a degraded one it looks whether a name is free before it puts an object, which is exact for names
/// that one process alone writes; the protocol of such a repository has no others whose content matters.
/// </summary>
internal sealed class RepositoryBackend(IBackupBackend inner) : IBackupBackend
{
    private volatile bool _isDegraded;

    /// <summary>Whether the repository is degraded; once known, it stays so.</summary>
    public bool IsDegraded => _isDegraded;

    public void Degrade() => _isDegraded = true;

    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        if (!_isDegraded)
        {
            return await inner.TryPutAsync(key, content, cancellationToken).ConfigureAwait(false);
        }

        Stream? present = await inner.OpenReadAsync(key, 0, 0, cancellationToken).ConfigureAwait(false);
        if (present is not null)
        {
            await present.DisposeAsync().ConfigureAwait(false);
            return false;
        }

        await inner.PutAsync(key, content, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        inner.PutAsync(key, content, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        inner.OpenReadAsync(key, offset, length, cancellationToken);

    /// <summary>Objects with names that are no keys are not the repository's: nothing could read or delete them.</summary>
    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (BackendEntry entry in inner.ListAsync(prefix, recursive, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectKey.IsValid(entry.IsFolder ? entry.Key[..^1] : entry.Key))
            {
                yield return entry;
            }
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);
}
