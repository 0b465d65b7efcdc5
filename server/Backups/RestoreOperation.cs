using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>
/// A restore, from its acceptance until its classes are served. The backup layer makes the segments visible with one edit; it succeeded
/// only when the catalog has adopted the classes after that.
/// </summary>
internal sealed class RestoreOperation
{
    private readonly OperationPace _pace;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyDictionary<string, string> _renames;
    private readonly bool _overwriteAliases;

    // What becomes of a failure that is held back: true makes it a cancel. The first word counts.
    private readonly TaskCompletionSource<bool> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCanceledByUser;
    private volatile RestoreRecord? _end;

    /// <param name="job">The restore of the segments, on its way.</param>
    /// <param name="catalog">Adopts the classes.</param>
    /// <param name="renames">Name in the backup to new name, of the classes that get one.</param>
    /// <param name="overwriteAliases">Whether aliases that mean other classes by now come back to the classes restored.</param>
    /// <param name="pace">Keeps a failure from being told too soon.</param>
    /// <param name="clock">Tells when the operation ended.</param>
    /// <param name="ended">Told of the end, once.</param>
    public RestoreOperation(
        BackupJob job,
        ClassCatalog catalog,
        IReadOnlyDictionary<string, string> renames,
        bool overwriteAliases,
        OperationPace pace,
        TimeProvider clock,
        Action<RestoreRecord> ended)
    {
        Job = job;
        _renames = renames;
        _overwriteAliases = overwriteAliases;
        _pace = pace;
        _clock = clock;
        Completion = RunAsync(catalog, ended);
    }

    /// <summary>The restore of the segments.</summary>
    public BackupJob Job { get; }

    /// <summary>Identity of the backup.</summary>
    public string Id => Job.Id;

    /// <summary>Keeps other restores from starting until the end is shown.</summary>
    public GateEntry Entry => new(Id, () => Current.HasEnded);

    /// <summary>Ends with the operation, always successfully; <see cref="Current"/> then says how it went.</summary>
    public Task Completion { get; }

    /// <summary>How far it has come.</summary>
    public BackupProgress Progress => Job.Progress;

    /// <summary>Its present state.</summary>
    public RestoreRecord Current
    {
        get
        {
            if (_end is { } end)
            {
                return end;
            }

            BackupProgress progress = Job.Progress;
            BackupState state = progress.State switch
            {
                BackupState.Failed when _pace.IsLimiting => IsCanceled ? BackupState.Canceling : BackupState.Transferring,
                BackupState.Success or BackupState.Failed => BackupState.Finalizing,
                BackupState.Canceled => BackupState.Canceling,
                { } running => running,
            };
            return new RestoreRecord(state, null, progress.StartedAt, null);
        }
    }

    /// <summary>Cancels it at the request of a client. False: too late.</summary>
    public async Task<bool> CancelAsync(CancellationToken cancellationToken)
    {
        _isCanceledByUser = true;
        if (await Job.CancelAsync(cancellationToken))
        {
            return true;
        }

        // A failure may be on its way to be held back, or be held back already.
        if (_pace.IsLimiting && Job.Progress.State == BackupState.Failed)
        {
            _verdict.TrySetResult(true);
        }

        return IsCanceled;
    }

    /// <summary>Why a restore ended that a client canceled.</summary>
    public static string CanceledByUser(string id) => $"restore canceled by user: backup '{id}'";

    /// <summary>Has a failure that is held back told at once; without effect on a restore that goes on.</summary>
    public void EndHold() => _verdict.TrySetResult(false);

    private bool IsCanceled => _verdict.Task is { IsCompleted: true, Result: true };

    private async Task RunAsync(ClassCatalog catalog, Action<RestoreRecord> ended)
    {
        RestoreRecord end;
        try
        {
            await Job.Completion;
            await catalog.AdoptAsync(Job.Collections, _overwriteAliases, _renames);
            end = End(BackupState.Success, null);
        }
        catch (BackupException failure)
        {
            end = failure.Error == BackupError.Canceled
                ? End(BackupState.Canceled, CancelReason)
                : await HoldAsync(failure.Message);
        }
        catch (Exception failure)
        {
            // The end of a background operation: whatever went wrong is its result.
            end = End(BackupState.Failed, failure.Message);
        }

        EndRenaming(catalog);

        // Stored before it is shown: whoever sees the end may restore again, and that must not be overwritten.
        try
        {
            ended(end);
        }
        finally
        {
            _end = end;
        }
    }

    private void EndRenaming(ClassCatalog catalog)
    {
        try
        {
            if (_renames.Count > 0)
            {
                catalog.EndRenaming();
            }
        }
        catch (Exception failure) when (failure is DatabaseException or ObjectDisposedException)
        {
            // The next start finds that there is nothing left to rename.
        }
    }

    /// <summary>A restore that failed at once, over classes that exist for example, can still be canceled until the minimum has passed.</summary>
    private async Task<RestoreRecord> HoldAsync(string error)
    {
        await Task.WhenAny(_pace.WaitAsync(BackupOperation.Restore, CancellationToken.None), _verdict.Task);
        _verdict.TrySetResult(false);
        return IsCanceled ? End(BackupState.Canceled, CancelReason) : End(BackupState.Failed, error);
    }

    private string CancelReason =>
        _isCanceledByUser ? CanceledByUser(Id) : $"The restore of backup '{Id}' was canceled: the server stopped.";

    private RestoreRecord End(BackupState state, string? error) => new(state, error, Job.Progress.StartedAt, _clock.GetUtcNow());
}
