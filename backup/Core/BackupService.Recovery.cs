using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Restoring;
using Basalt.Engine;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>
    /// Cleans up after the last run of this database: a backup that was interrupted is resumed if the engine still holds its segments, and
    /// otherwise marked as failed; leases of backups and restores that have ended are released. A cluster's backup is left to its coordinator. Call it once after opening.
    /// </summary>
    /// <returns>The backup that was resumed, or null.</returns>
    public async Task<BackupJob?> RecoverAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        await ReleaseAsync(_database.Leases, LocalSegments.OwnerPrefix, [], cancellationToken).ConfigureAwait(false);
        try
        {
            await _untold.TellAllAsync(cancellationToken).ConfigureAwait(false);
            RepositoryDocument? repository = await _repository.TryOpenAsync(cancellationToken).ConfigureAwait(false);
            return repository is null ? null : await RecoverAttemptsAsync(repository, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(failure);
        }
    }

    private async Task<BackupJob?> RecoverAttemptsAsync(RepositoryDocument repository, CancellationToken cancellationToken)
    {
        // Read before the backups: a lease taken from now on belongs to a backup that is running.
        IReadOnlyList<LeaseInfo> leases = _database.Leases;
        BackupJob? resumed = null;
        var needed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (string id in _catalog.ListIdsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await TryReadOpenAsync(id, cancellationToken).ConfigureAwait(false) is not { } open)
            {
                continue;
            }

            if (open.Claim.IsOfCluster)
            {
                // Its coordinator ends it, and until then OpenShareAsync may want what is left of this node's share.
                needed.UnionWith(leases.Select(lease => lease.Owner).Where(name => name.EndsWith($"/{open.Claim.AttemptUlid}", StringComparison.Ordinal)));
                continue;
            }

            string owner = LeaseOwner(repository, open.Claim.AttemptUlid);
            LeaseInfo? lease = leases.FirstOrDefault(candidate => candidate.Owner == owner);
            if (!LiveAttempts.TryAdd(_database.Id, open.Claim.AttemptUlid))
            {
                needed.Add(owner);
                continue;
            }

            if (await TakeOverAsync(open, owner, lease, cancellationToken).ConfigureAwait(false) is { } job)
            {
                needed.Add(owner);
                resumed = job;
            }
        }

        await ReleaseAsync(leases, LeaseOwnerPrefix(repository), needed, cancellationToken).ConfigureAwait(false);
        await Repository.EndAbandonedAsync(cancellationToken).ConfigureAwait(false);
        return resumed;
    }

    /// <summary>An attempt of this database, or of a cluster, that has not ended; null for any other backup.</summary>
    private async Task<BackupRecord?> TryReadOpenAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            BackupRecord? backup = await _catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            return backup is { Outcome: null } && (backup.Claim.IsOfCluster || (backup.Claim.StoreId == _database.Id && IsOurs(backup))) ? backup : null;
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            // Nothing can be decided for a backup that cannot be read; ListAsync shows it.
            return null;
        }
    }

    /// <summary>
    /// Whether this process may end it. In a degraded repository nothing would stop the node that a database was copied from, or to, from
    /// ending it otherwise.
    /// </summary>
    private bool IsOurs(BackupRecord open) => !open.IsDegraded || open.Claim.Coordinator.Node == _repository.Options.NodeName;

    /// <summary>Resumes an attempt that was just added to those worked on, or ends it if that cannot be done.</summary>
    /// <returns>The job, or null if the attempt was ended.</returns>
    private async Task<BackupJob?> TakeOverAsync(
        BackupRecord open, string leaseOwner, LeaseInfo? lease, CancellationToken cancellationToken)
    {
        bool isResumed = false;
        try
        {
            if (lease is not null && _creates.TryTake(open.Id, out _))
            {
                isResumed = true;
                return Resume(open.Claim, leaseOwner, lease);
            }

            if (open.IsDegraded && !await _claims.IsAloneAsync(open.Claim, cancellationToken).ConfigureAwait(false))
            {
                // Stopped between its claim and the look at those of others, one of whom may have gone on with the number.
                await _claims.WithdrawAsync(open.Claim).ConfigureAwait(false);
                return null;
            }

            OutcomeDocument failed = _catalog.Unsuccessful(
                OutcomeDocument.Failed,
                open.Claim.AttemptUlid,
                $"Backup '{open.Id}' was interrupted by a restart of node '{open.Claim.Coordinator.Node}'.");
            await _catalog.DecideAsync(open.Id, open.Attempt, failed, cancellationToken).ConfigureAwait(false);
            return null;
        }
        finally
        {
            if (!isResumed)
            {
                LiveAttempts.Remove(_database.Id, open.Claim.AttemptUlid);
            }
        }
    }

    private BackupJob Resume(ClaimDocument claim, string leaseOwner, LeaseInfo lease)
    {
        try
        {
            return StartRun(claim, leaseOwner, lease);
        }
        catch
        {
            LetGo(claim);
            throw;
        }
    }

    /// <summary>
    /// Releases leases that nobody needs. A copy of a repository has its identity but not all of its backups, so a lease of a backup that
    /// this repository does not hold may be of one that is being made in the other.
    /// </summary>
    private async Task ReleaseAsync(
        IReadOnlyList<LeaseInfo> leases, string ownerPrefix, HashSet<string> needed, CancellationToken cancellationToken)
    {
        foreach (LeaseInfo lease in leases)
        {
            if (lease.Owner.StartsWith(ownerPrefix, StringComparison.Ordinal)
                && !needed.Contains(lease.Owner)
                && !LiveAttempts.Contains(_database.Id, lease.Owner[(lease.Owner.LastIndexOf('/') + 1)..]))
            {
                try
                {
                    SnapshotHandle handle = await _database.ReopenSnapshotAsync(lease.Id, cancellationToken).ConfigureAwait(false);
                    await handle.DisposeAsync().ConfigureAwait(false);
                }
                catch (DatabaseException lapsed) when (lapsed.Error == DatabaseError.InvalidOperation)
                {
                    // It ended by itself between the list and now, which is what was wanted.
                }
            }
        }
    }
}
