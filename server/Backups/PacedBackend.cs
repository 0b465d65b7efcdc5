using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>
/// Holds the last step of an operation until its minimum has passed: of a backup the document that its commit needs, of a restore the
/// first data. Nothing is decided by then, so a cancel in the meantime is an ordinary one and is not kept waiting.
/// </summary>
internal sealed class PacedBackend(IBackupBackend inner, OperationPace pace) : IBackupBackend
{
    /// <inheritdoc/>
    public string Location(string key) => inner.Location(key);

    /// <inheritdoc/>
    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await HoldAsync(key, cancellationToken);
        return await inner.TryPutAsync(key, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await HoldAsync(key, cancellationToken);
        await inner.PutAsync(key, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        if (key.StartsWith(".repo/data/", StringComparison.Ordinal) || key.Contains("/pack-", StringComparison.Ordinal))
        {
            await pace.WaitAsync(BackupOperation.Restore, cancellationToken);
        }

        return await inner.OpenReadAsync(key, offset, length, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BackendEntry> ListAsync(string prefix, bool recursive = true, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, recursive, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);

    private Task HoldAsync(string key, CancellationToken cancellationToken) =>
        key.EndsWith("/node.json", StringComparison.Ordinal) ? pace.WaitAsync(BackupOperation.Create, cancellationToken) : Task.CompletedTask;
}
