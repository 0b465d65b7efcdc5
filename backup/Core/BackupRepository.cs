using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup;

/// <summary>
/// The backups in one repository, whoever made them: what can be done without a database. Any number of processes may do it at once.
/// Thread-safe.
/// </summary>
public sealed partial class BackupRepository : IDisposable
{
    private readonly Repository _repository;
    private readonly BackupCatalog _catalog;

    /// <summary>Binds a backend. Does not touch it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BackupRepository(IBackupBackend backend, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new BackupOptions();
        options.Validate();
        _repository = new Repository(backend, options);
        _catalog = new BackupCatalog(_repository);
    }

    internal Repository Store => _repository;

    internal BackupCatalog Catalog => _catalog;

    /// <summary>Where a backup is or would be, for people.</summary>
    public string Location(string id) => _repository.Backend.Location(id);

    /// <summary>
    /// All backups that were not deleted, whatever their state, oldest first. One whose documents are damaged is listed as failed, with the
    /// damage as its error.
    /// </summary>
    public async Task<IReadOnlyList<BackupSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
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
                        backups.Add(backup.ToSummary());
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
            throw FailureDescription.Of(failure);
        }

        backups.Sort((left, right) => (left.StartedAt, left.Id).CompareTo((right.StartedAt, right.Id)));
        return backups;
    }

    /// <summary>One backup; null if there is none of that id or it was deleted.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: its documents are damaged.</exception>
    public async Task<BackupSummary?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await ReadAsync(id, cancellationToken).ConfigureAwait(false))?.ToSummary();

    /// <summary>
    /// Cancels a backup being made, wherever that is. Returns its state, which is then final: <see cref="BackupState.Canceled"/>, or another
    /// if the backup had ended before. Null if there is none of that id.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InProgress"/>: the repository is degraded, so that only the process that makes the backup can cancel it.
    /// </exception>
    public async Task<BackupState?> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        BackupRecord? backup = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (backup is null or { Outcome: not null })
        {
            return backup?.State;
        }

        if (backup.IsDegraded)
        {
            throw new BackupException(
                BackupError.InProgress,
                $"Backup '{id}' is being made by node '{backup.Claim.Coordinator.Node}' in a store without conditional writes: cancel it there. "
                + "If that node is gone for good, remove the objects under its id by hand.",
                id);
        }

        try
        {
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
    /// other backups stay; space is freed by <see cref="CollectGarbageAsync"/>. A damaged backup can be deleted, too. Restores that have
    /// begun go on.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>; <see cref="BackupError.InProgress"/> while it is being created.
    /// </exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        RequireId(id);
        await LearnConditionsAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await _catalog.FindNewestAsync(id, cancellationToken).ConfigureAwait(false) is not { IsDeleted: false } newest)
            {
                throw NotFound(id);
            }

            if (!newest.HasOutcome)
            {
                throw new BackupException(
                    BackupError.InProgress, $"Backup '{id}' is being created; wait for the end or cancel that, then delete it.", id);
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

    /// <summary>Frees what was only of use to calls in progress; there must be none.</summary>
    public void Dispose() => _repository.Dispose();

    internal static void RequireId(string? id)
    {
        if (!RepositoryLayout.IsBackupId(id))
        {
            throw new BackupException(
                BackupError.InvalidId, $"invalid backup id: '{id}' allowed characters are lowercase, 0-9, _, - (1 to 255 of them).", id);
        }
    }

    internal async Task<BackupRecord?> ReadAsync(string id, CancellationToken cancellationToken)
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

    internal BackupException NotFound(string id) =>
        new(BackupError.NotFound, $"backup id \"{id}\" does not exist at '{Location(id)}'.", id);

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
