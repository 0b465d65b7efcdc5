using System.Collections.Immutable;
using Basalt.Backup.Transfers;

namespace Basalt.Backup;

/// <summary>A backup or a restore on its way. Thread-safe.</summary>
public sealed class BackupJob
{
    private readonly ProgressTracker _progress;
    private readonly Func<CancellationToken, Task<bool>> _cancel;
    private readonly Func<Task> _halt;

    internal BackupJob(
        string id,
        BackupOperation operation,
        ImmutableArray<string> collections,
        ProgressTracker progress,
        Func<CancellationToken, Task<bool>> cancel,
        Func<Task> halt,
        Func<BackupJob, Task<BackupSummary>> run)
    {
        Id = id;
        Operation = operation;
        Collections = collections;
        _progress = progress;
        _cancel = cancel;
        _halt = halt;
        Completion = Task.Run(() => run(this));

        // Whoever only polls never awaits the task; its failure is in Progress and is not news to anyone.
        _ = Completion.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Identity of the backup.</summary>
    public string Id { get; }

    /// <summary>What the job does.</summary>
    public BackupOperation Operation { get; }

    /// <summary>The collections concerned, by their names in the backup, in order.</summary>
    public ImmutableArray<string> Collections { get; }

    /// <summary>How far it has come.</summary>
    public BackupProgress Progress => _progress.Snapshot();

    /// <summary>
    /// Ends with the job: with a summary of the backup made, or of what was restored from one; otherwise with a <see cref="BackupException"/>.
    /// </summary>
    public Task<BackupSummary> Completion { get; }

    /// <summary>
    /// Cancels the job. True: it ends as <see cref="BackupState.Canceled"/> (perhaps it has already), whatever it was doing. False: too
    /// late, its end is decided otherwise.
    /// </summary>
    /// <remarks>Returns when that is decided, which may be before the job has stopped.</remarks>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.BackendFailure"/>: the decision could not be stored; the job goes on.
    /// </exception>
    public async Task<bool> CancelAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _cancel(cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(Id, failure);
        }
    }

    internal Task HaltAsync() => _halt();
}
