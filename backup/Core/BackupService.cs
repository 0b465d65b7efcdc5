using Basalt.Engine;

namespace Basalt.Backup;

/// <summary>
/// Online, incremental, verified backups of one database in one repository, and restores from it. One create and one restore at a
/// time. Thread-safe.
/// </summary>
/// <remarks>Dispose it before the database: a backup in progress is halted and resumed by the next <see cref="RecoverAsync"/>.</remarks>
public sealed partial class BackupService : IAsyncDisposable
{
    /// <summary>Binds a database to a repository. Touches neither.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BackupService(Database database, IBackupBackend backend, BackupOptions? options = null) => throw new NotImplementedException();

    /// <summary>The backup being created, or null.</summary>
    public BackupJob? RunningCreate => throw new NotImplementedException();

    /// <summary>The restore in progress, or null.</summary>
    public BackupJob? RunningRestore => throw new NotImplementedException();

    /// <summary>Where a backup is or would be, for people.</summary>
    public string Location(string id) => throw new NotImplementedException();

    /// <summary>
    /// Checks and claims the id, then creates the backup in the background. It holds exactly the writes acknowledged at one instant
    /// shortly after this call, in all its collections. Only segments that the repository lacks are uploaded.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidId"/>, <see cref="BackupError.InvalidRequest"/>, <see cref="BackupError.CollectionNotFound"/>,
    /// <see cref="BackupError.NothingToDo"/>, <see cref="BackupError.AlreadyExists"/>, <see cref="BackupError.InProgress"/>,
    /// <see cref="BackupError.BackendFailure"/>, in this order of checks.
    /// </exception>
    public Task<BackupJob> StartCreateAsync(BackupRequest request, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="StartCreateAsync"/>, and waits for the end. Canceling the token cancels the backup.</summary>
    public Task<BackupSummary> CreateAsync(BackupRequest request, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>
    /// Checks the backup's documents, then restores in the background: all collections appear at once at the end, or none. They must not
    /// exist in the database (the job fails with <see cref="BackupError.Conflict"/> otherwise).
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidRequest"/>, <see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>,
    /// <see cref="BackupError.Corrupted"/>, <see cref="BackupError.UnsupportedFormat"/>, <see cref="BackupError.CollectionNotFound"/>,
    /// <see cref="BackupError.NothingToDo"/>, <see cref="BackupError.InProgress"/>, in this order of checks.
    /// </exception>
    public Task<BackupJob> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="StartRestoreAsync"/>, and waits for the end. Canceling the token cancels the restore.</summary>
    public Task<BackupSummary> RestoreAsync(RestoreRequest request, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>All backups of the repository that were not deleted, whatever their state, oldest first.</summary>
    public Task<IReadOnlyList<BackupSummary>> ListAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>One backup; null if there is none of that id or it was deleted.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: its documents are damaged.</exception>
    public Task<BackupSummary?> GetStatusAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Cancels a backup being created, by this process or another. Returns its state, which is then final:
    /// <see cref="BackupState.Canceled"/>, or another if the backup had ended before. Null if there is none of that id.
    /// </summary>
    public Task<BackupState?> CancelCreateAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Deletes a backup: from then on it is neither listed nor restorable, and its id may be used again. Segments that it shares with
    /// other backups stay; space is freed by a collector.
    /// </summary>
    /// <exception cref="BackupException"><see cref="BackupError.NotFound"/>; <see cref="BackupError.InProgress"/> while it is being created or restored.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Cleans up after the last run of this database: a backup that was interrupted is resumed if the engine still holds its segments, and
    /// otherwise marked as failed. Call it once after opening.
    /// </summary>
    /// <returns>The backup that was resumed, or null.</returns>
    public Task<BackupJob?> RecoverAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Halts a backup in progress so that it can be resumed, cancels a restore in progress, and waits for both.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
