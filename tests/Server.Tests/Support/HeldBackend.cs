using Basalt.Backup;

namespace Basalt.Server.Tests.Support;

/// <summary>Holds what a backup of little transfers, packs, until a gate opens or the call is canceled, by a stop of the server for example.</summary>
internal sealed class HeldBackend(IBackupBackend inner, Task gate) : IBackupBackend
{
    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        if (key.Contains("/pack-", StringComparison.Ordinal))
        {
            await gate.WaitAsync(cancellationToken);
        }

        return await inner.TryPutAsync(key, content, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        inner.OpenReadAsync(key, offset, length, cancellationToken);

    public IAsyncEnumerable<BackendEntry> ListAsync(string prefix, bool recursive = true, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, recursive, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);
}
