namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>As <see cref="BackupRepository.ListAsync"/>, with the progress of the one being made here.</summary>
    public async Task<IReadOnlyList<BackupSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        return [.. (await Repository.ListAsync(cancellationToken).ConfigureAwait(false)).Select(WithProgress)];
    }

    /// <summary>As <see cref="BackupRepository.FindAsync"/>, with the progress if it is the one being made here.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: its documents are damaged.</exception>
    public async Task<BackupSummary?> GetStatusAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        return await Repository.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } stored ? WithProgress(stored) : null;
    }

    /// <summary>As <see cref="BackupRepository.CancelAsync(string, CancellationToken)"/>; one being made here also stops at once.</summary>
    public async Task<BackupState?> CancelCreateAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        if (RunningCreate is { } job && job.Id == id && await job.CancelAsync(cancellationToken).ConfigureAwait(false))
        {
            return BackupState.Canceled;
        }

        await TellEndAsync(id, cancellationToken).ConfigureAwait(false);
        return await Repository.CancelAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="BackupRepository.DeleteAsync"/>, but refused while the backup is being restored here.</summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>; <see cref="BackupError.InProgress"/> while it is being created or restored.
    /// </exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        BackupRepository.RequireId(id);
        if (_restores.IsHeldBy(id))
        {
            throw new BackupException(
                BackupError.InProgress, $"Backup '{id}' is being restored; wait for the end or cancel that, then delete it.", id);
        }

        await TellEndAsync(id, cancellationToken).ConfigureAwait(false);
        await Repository.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task TellEndAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await _untold.TellAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }
    }

    /// <summary>
    /// The stored state of a backup being made here is only that it began; the job knows more. So does whoever could not store its end.
    /// </summary>
    private BackupSummary WithProgress(BackupSummary stored)
    {
        if (stored.State != BackupState.Started)
        {
            return stored;
        }

        if (_untold.Find(stored.Id, stored.Attempt) is { } end)
        {
            return stored with { State = BackupState.Failed, CompletedAt = end.Completed, Error = end.Reason };
        }

        if (RunningCreate is not { } job || job.Id != stored.Id)
        {
            return stored;
        }

        BackupProgress progress = job.Progress;
        return stored with
        {
            State = progress.State,
            CompletedAt = progress.CompletedAt,
            Error = progress.Error,
            Files = progress.FilesTotal,
            LogicalBytes = progress.BytesTotal,
            ReusedBytes = progress.BytesReused,
            UploadedBytes = progress.BytesDone - progress.BytesReused,
        };
    }
}
