using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Engine;

namespace Basalt.Backup;

/// <summary>
/// Online, incremental, verified backups of one database in one repository, and restores from it. One create and one restore at a
/// time. Thread-safe.
/// </summary>
/// <remarks>
/// Dispose it before the database: a backup in progress is halted and resumed by the next <see cref="RecoverAsync"/>, a share in a cluster's backup
/// is found again by the next <see cref="OpenShareAsync"/>.
/// </remarks>
public sealed partial class BackupService : IAsyncDisposable
{
    private readonly Database _database;
    private readonly Repository _repository;
    private readonly BackupCatalog _catalog;
    private readonly AttemptClaims _claims;
    private readonly UntoldEnds _untold;
    private readonly JobSlot _creates = new(BackupOperation.Create);
    private readonly JobSlot _restores = new(BackupOperation.Restore);
    private int _isDisposed;

    /// <summary>Binds a database to a repository. Touches neither.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BackupService(Database database, IBackupBackend backend, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(backend);
        Repository = new BackupRepository(backend, options);
        _database = database;
        _repository = Repository.Store;
        _catalog = Repository.Catalog;
        _claims = new AttemptClaims(_repository, _catalog);
        _untold = new UntoldEnds(_catalog);
    }

    /// <summary>The repository: what can be done in it without a database. Disposed with the service.</summary>
    public BackupRepository Repository { get; }

    /// <summary>The backup being created, or null.</summary>
    public BackupJob? RunningCreate => _creates.Job;

    /// <summary>The restore in progress, or null.</summary>
    public BackupJob? RunningRestore => _restores.Job;

    internal long PeakBufferBytes => _repository.Buffers.PeakBytes;

    /// <summary>Where a backup is or would be, for people.</summary>
    public string Location(string id) => Repository.Location(id);

    /// <summary>Halts a backup in progress so that it can be resumed, cancels a restore in progress, and waits for both.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        foreach (BackupShare share in _shares.Values)
        {
            await share.DisposeAsync().ConfigureAwait(false);
        }

        await _creates.CloseAsync().ConfigureAwait(false);
        await _restores.CloseAsync().ConfigureAwait(false);
        Repository.Dispose();
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);

    /// <summary>Waits for a job on behalf of one caller, whose token cancels it.</summary>
    private static async Task<BackupSummary> AwaitAsync(BackupJob job, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.Register(() => _ = TryCancelAsync(job));
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                return await job.Completion.ConfigureAwait(false);
            }
            catch (BackupException canceled) when (canceled.Error == BackupError.Canceled && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(canceled.Message, canceled, cancellationToken);
            }
        }
    }

    private static async Task TryCancelAsync(BackupJob job)
    {
        try
        {
            await job.CancelAsync().ConfigureAwait(false);
        }
        catch (BackupException)
        {
            // The decision could not be stored, so the job goes on, and its end tells what became of it.
        }
    }
}
