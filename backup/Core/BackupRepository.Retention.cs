using Basalt.Backup.Retention;

namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>
    /// Deletes the backups that a policy does not keep. Never the newest complete one, nor one that is being made or cannot be read. Space is
    /// freed by <see cref="CollectGarbageAsync"/>.
    /// </summary>
    /// <param name="policy">What to keep.</param>
    /// <param name="isDryRun">Whether to say only what would be deleted.</param>
    /// <param name="cancellationToken">Stops before the next deletion.</param>
    /// <returns>What became of each backup, the newest first.</returns>
    /// <exception cref="ArgumentException">The policy has no rule, or a number is out of its range.</exception>
    /// <exception cref="BackupException"><see cref="BackupError.BackendFailure"/>; some may have been deleted.</exception>
    public async Task<IReadOnlyList<RetentionDecision>> PruneAsync(
        RetentionPolicy policy, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        policy.Validate();
        IReadOnlyList<BackupSummary> backups = await ListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RetentionDecision> decisions = RetentionRules.Apply(backups, policy, _repository.UtcNow);
        foreach (RetentionDecision decision in decisions.Where(decision => !decision.IsKept && !isDryRun))
        {
            try
            {
                await DeleteAsync(decision.Backup.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupException gone) when (gone.Error is BackupError.NotFound or BackupError.InProgress)
            {
                // Somebody else deleted it, or made a new attempt under its id, since the listing.
            }
        }

        return decisions;
    }
}
