namespace Basalt.Backup;

/// <summary>
/// A repository in a directory. Objects are files; each is written to a temporary name, synced, and linked to its final name, so that it
/// appears complete and only once, also between processes.
/// </summary>
public sealed partial class FileSystemBackend : IBackupBackend
{
    /// <summary>Uses a directory; it is created with the first object.</summary>
    /// <param name="path">The directory, absolute or relative to the current one.</param>
    public FileSystemBackend(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Root = Path.GetFullPath(path);
    }

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public string Location(string key) => key.Length == 0 ? Root : Path.Combine(Root, key);

    /// <inheritdoc/>
    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public IAsyncEnumerable<BackendEntry> ListAsync(string prefix, bool recursive = true, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
