using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>
    /// All backups of the repository that were not deleted, whatever their state, oldest first. One whose documents are damaged is listed
    /// as failed, with the damage as its error.
    /// </summary>
    public async Task<IReadOnlyList<BackupSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        var backups = new List<BackupSummary>();
        try
        {
            await foreach (string id in _catalog.ListIdsAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    BackupRecord? backup = await _catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false);
                    if (backup is not null)
                    {
                        backups.Add(WithProgress(backup.ToSummary()));
                    }
                }
                catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
                {
                    backups.Add(Unreadable(id, damaged));
                }
            }
        }
        catch (BackupBackendException failure)
        {
            throw new BackupException(BackupError.BackendFailure, failure.Message, objectKey: failure.ObjectKey, innerException: failure);
        }

        backups.Sort((left, right) => (left.StartedAt, left.Id).CompareTo((right.StartedAt, right.Id)));
        return backups;
    }

    /// <summary>One backup; null if there is none of that id or it was deleted.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: its documents are damaged.</exception>
    public async Task<BackupSummary?> GetStatusAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        BackupRecord? backup = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return backup is null ? null : WithProgress(backup.ToSummary());
    }

    /// <summary>
    /// Cancels a backup being created, by this process or another. Returns its state, which is then final:
    /// <see cref="BackupState.Canceled"/>, or another if the backup had ended before. Null if there is none of that id.
    /// </summary>
    public async Task<BackupState?> CancelCreateAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        BackupRecord? backup = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (backup is null)
        {
            return null;
        }

        if (backup.Outcome is not null)
        {
            return backup.State;
        }

        if (RunningCreate is { } job && job.Id == id && await job.CancelAsync(cancellationToken).ConfigureAwait(false))
        {
            return BackupState.Canceled;
        }

        try
        {
            await _untold.TellAsync(id, cancellationToken).ConfigureAwait(false);
            OutcomeDocument proposal = _catalog.Unsuccessful(OutcomeDocument.Canceled, backup.Claim.AttemptUlid, $"Backup '{id}' was canceled.");
            OutcomeDocument outcome = await _catalog.DecideAsync(id, backup.Attempt, proposal, cancellationToken).ConfigureAwait(false);
            return (backup with { Outcome = outcome }).State;
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }
    }

    /// <summary>
    /// Deletes a backup: from then on it is neither listed nor restorable, and its id may be used again. Segments that it shares with
    /// other backups stay; space is freed by a collector. A damaged backup can be deleted, too.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>; <see cref="BackupError.InProgress"/> while it is being created or restored.
    /// </exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        RequireId(id);
        try
        {
            await _untold.TellAsync(id, cancellationToken).ConfigureAwait(false);
            if (await _catalog.FindNewestAsync(id, cancellationToken).ConfigureAwait(false) is not { IsDeleted: false } newest)
            {
                throw NotFound(id);
            }

            if (!newest.HasOutcome || _restores.IsHeldBy(id))
            {
                throw new BackupException(
                    BackupError.InProgress,
                    $"Backup '{id}' is being {(newest.HasOutcome ? "restored" : "created")}; wait for the end or cancel that, then delete it.",
                    id);
            }

            var tombstone = new TombstoneDocument { By = _repository.Signature, Created = _repository.UtcNow };
            await _repository.Documents
                .TryCreateAsync(
                    RepositoryLayout.Tombstone(id, newest.Number), tombstone, DocumentJsonContext.Default.TombstoneDocument, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }

        await RemoveBackupConfigAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tools that read the derived view shall not see a deleted backup, nor the next one of that id with the old dates.</summary>
    private async Task RemoveBackupConfigAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await _repository.Backend.DeleteAsync(RepositoryLayout.BackupConfig(id), cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // The tombstone is what deletes. Identities that may not remove objects leave the view to a collector.
        }
    }

    private async Task<BackupRecord?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        RequireId(id);
        try
        {
            return await _catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false);
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

    private BackupException NotFound(string id) =>
        new(BackupError.NotFound, $"backup id \"{id}\" does not exist at '{Location(id)}'.", id);

    private static BackupSummary Unreadable(string id, BackupException damage) => new()
    {
        Id = id,
        State = BackupState.Failed,
        Attempt = 0,
        Collections = [],
        Node = "",
        StartedAt = DateTimeOffset.MinValue,
        Error = damage.Message,
    };
}
