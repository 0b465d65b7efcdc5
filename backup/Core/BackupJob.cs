using System.Collections.Immutable;

namespace Basalt.Backup;

/// <summary>A backup or a restore on its way. Thread-safe.</summary>
public sealed class BackupJob
{
    /// <summary>Identity of the backup.</summary>
    public string Id => throw new NotImplementedException();

    /// <summary>What the job does.</summary>
    public BackupOperation Operation => throw new NotImplementedException();

    /// <summary>The collections concerned, by their names in the backup, in order.</summary>
    public ImmutableArray<string> Collections => throw new NotImplementedException();

    /// <summary>How far it has come.</summary>
    public BackupProgress Progress => throw new NotImplementedException();

    /// <summary>
    /// Ends with the job: with a summary of the backup made, or of what was restored from one; otherwise with a <see cref="BackupException"/>.
    /// </summary>
    public Task<BackupSummary> Completion => throw new NotImplementedException();

    /// <summary>
    /// Cancels the job. True: it ends as <see cref="BackupState.Canceled"/> (perhaps it has already), whatever it was doing. False: too
    /// late, its end is decided otherwise.
    /// </summary>
    /// <remarks>Returns when that is decided, which may be before the job has stopped.</remarks>
    public Task<bool> CancelAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
