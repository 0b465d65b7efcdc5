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
                throw BackupException.Corrupted(
                    RepositoryLayout.Outcome(backup.Id, backup.Attempt), "its root is not that of its node documents");
            }

            return await new BackupReader(_repository).ReadNodesAsync(backup.Outcome.Nodes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is BackupException or BackupBackendException)
        {
            throw FailureDescription.Of(backup.Id, failure);
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
