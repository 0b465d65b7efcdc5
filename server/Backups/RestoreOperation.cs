using Basalt.Backup;
using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>
/// A restore, from its acceptance until its classes are served. The backup layer makes the segments visible with one edit; it succeeded
/// only when the catalog has adopted the classes after that.
/// </summary>
internal sealed class RestoreOperation
{
    private readonly BackupJob _job;
    private readonly TimeProvider _clock;
    private volatile RestoreRecord? _end;

    /// <param name="job">The restore of the segments, on its way.</param>
    /// <param name="catalog">Adopts the classes.</param>
    /// <param name="clock">Tells when the operation ended.</param>
    /// <param name="ended">Told of the end, once.</param>
    public RestoreOperation(BackupJob job, ClassCatalog catalog, TimeProvider clock, Action<RestoreRecord> ended)
    {
        _job = job;
        _clock = clock;
        Completion = RunAsync(catalog, ended);
    }

    /// <summary>Identity of the backup.</summary>
    public string Id => _job.Id;

    /// <summary>Ends with the operation, always successfully; <see cref="Current"/> then says how it went.</summary>
    public Task Completion { get; }

    /// <summary>How far it has come.</summary>
    public BackupProgress Progress => _job.Progress;

    /// <summary>Its present state.</summary>
    public RestoreRecord Current
    {
        get
        {
            if (_end is { } end)
            {
                return end;
            }

            BackupProgress progress = _job.Progress;
            BackupState state = progress.State switch
            {
                BackupState.Success or BackupState.Failed => BackupState.Finalizing,
                BackupState.Canceled => BackupState.Canceling,
                { } running => running,
            };
            return new RestoreRecord(state, null, progress.StartedAt, null);
        }
    }

    /// <summary>Cancels it. False: too late.</summary>
    public Task<bool> CancelAsync(CancellationToken cancellationToken) => _job.CancelAsync(cancellationToken);

    private async Task RunAsync(ClassCatalog catalog, Action<RestoreRecord> ended)
    {
        RestoreRecord end;
        try
        {
            await _job.Completion;
            await catalog.AdoptAsync(_job.Collections);
            end = End(BackupState.Success, null);
        }
        catch (BackupException failure)
        {
            end = End(failure.Error == BackupError.Canceled ? BackupState.Canceled : BackupState.Failed, failure.Message);
        }
        catch (Exception failure)
        {
            // The end of a background operation: whatever went wrong is its result.
            end = End(BackupState.Failed, failure.Message);
        }

        _end = end;
        ended(end);
    }

    private RestoreRecord End(BackupState state, string? error) => new(state, error, _job.Progress.StartedAt, _clock.GetUtcNow());
}
