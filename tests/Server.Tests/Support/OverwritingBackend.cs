using Basalt.Backup;

namespace Basalt.Server.Tests.Support;

/// <summary>A store that does not know what it means to create an object only if it is absent.</summary>
internal sealed class OverwritingBackend(IBackupBackend inner) : IBackupBackend
{
    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await PutAsync(key, content, cancellationToken);
        return true;
    }

    public async Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await inner.DeleteAsync(key, cancellationToken);
        await inner.TryPutAsync(key, content, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        inner.OpenReadAsync(key, offset, length, cancellationToken);

    public IAsyncEnumerable<BackendEntry> ListAsync(string prefix, bool recursive = true, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, recursive, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);
}
