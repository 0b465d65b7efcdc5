namespace Basalt.Backup;

/// <summary>
/// A store of objects: all that a backup repository asks of a file system or a cloud. An object is created once, complete or not at all,
/// and never changed. Implementations are thread-safe.
/// </summary>
/// <remarks>
/// Keys are segments of letters, digits, '.', '_' and '-' joined by '/', relative to the backend's root; see <see cref="ObjectKey"/>.
/// All methods throw <see cref="BackupBackendException"/> when the store fails.
/// </remarks>
public interface IBackupBackend
{
    /// <summary>Where a key is, for people: an absolute path or a URI without secrets. The empty key is the root.</summary>
    string Location(string key);

    /// <summary>
    /// Creates an object if its key is free. Atomic between all writers; durable and visible to every reader when the call returns.
    /// </summary>
    /// <returns>Whether this call created it; false: the key is taken, and the content was dropped.</returns>
    Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores an object whatever is there under its key: without the condition that <see cref="TryPutAsync"/> rests on. Called only in
    /// repositories on stores that have no such condition. Backends whose store has one need not implement it.
    /// </summary>
    Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        TryPutAsync(key, content, cancellationToken);

    /// <summary>Opens an object, or a range of it, for one pass. Null if there is no such object.</summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">The first byte wanted.</param>
    /// <param name="length">Bytes wanted, or null for all that follow. The stream is shorter if the object is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>Lists objects whose keys begin with a prefix, in no particular order. Sees every write that was completed before.</summary>
    /// <param name="prefix">Any beginning of a key; empty lists all.</param>
    /// <param name="recursive">
    /// Whether all levels are listed; otherwise what lies behind the next '/' after the prefix is reported once, as a folder.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    IAsyncEnumerable<BackendEntry> ListAsync(string prefix, bool recursive = true, CancellationToken cancellationToken = default);

    /// <summary>Removes an object; no error if it is absent.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);
}
