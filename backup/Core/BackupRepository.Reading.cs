using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>
    /// A complete backup to be read, and a pin that keeps its objects: placed first, so that a deletion that comes before it is seen, and
    /// one that comes after it waits.
    /// </summary>
    /// <exception cref="BackupException"><see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>.</exception>
    internal async Task<(BackupRecord Backup, ReadPin Pin)> OpenAsync(string id, CancellationToken cancellationToken)
    {
        await LearnConditionsAsync(cancellationToken).ConfigureAwait(false);
        BackupRecord found = await FindCompleteAsync(id, cancellationToken).ConfigureAwait(false);
        ReadPin pin;
        try
        {
            pin = await ReadPin.PlaceAsync(_repository, id, found.Attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }

        try
        {
            BackupRecord backup = await FindCompleteAsync(id, cancellationToken).ConfigureAwait(false);
            return backup.Attempt == found.Attempt ? (backup, pin) : throw NotFound(id);
        }
        catch
        {
            await pin.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The node documents of a complete backup, after its root was checked.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    internal async Task<IReadOnlyList<NodeDocument>> ReadNodesAsync(BackupRecord backup, CancellationToken cancellationToken)
    {
        try
        {
            if (BackupReader.RootOf(backup.Outcome!.Nodes) != backup.Outcome.Root)
            {
                throw BackupException.Corrupted(backup.OutcomeKey, "its root is not that of its node documents");
            }

            return await new BackupReader(_repository).ReadNodesAsync(backup.Outcome.Nodes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is BackupException or BackupBackendException)
        {
            throw FailureDescription.Of(backup.Id, failure);
        }
    }

    /// <summary>
    /// Finds out before a write whether the repository is degraded. Where its document cannot be read it counts as one that is not: a store
    /// that knows no conditions then refuses the write or, since the names of such writes are unique or their content does not matter, does no harm.
    /// </summary>
    private async Task LearnConditionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _repository.TryOpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BackupException unreadable) when (unreadable.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            // Neither a restore nor a deletion needs that document.
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(failure);
        }
    }

    private async Task<BackupRecord> FindCompleteAsync(string id, CancellationToken cancellationToken)
    {
        // An id that no backup can have is of no backup.
        BackupRecord? backup = RepositoryLayout.IsBackupId(id) ? await ReadAsync(id, cancellationToken).ConfigureAwait(false) : null;
        if (backup is null)
        {
            throw NotFound(id);
        }

        return backup.IsRestorable
            ? backup
            : throw new BackupException(
                BackupError.NotRestorable,
                $"Backup '{id}' at '{Location(id)}' cannot be restored: its status is {backup.State}"
                + (backup.Outcome?.Reason is { } reason ? $" ({reason})" : "") + ".",
                id);
    }
}
