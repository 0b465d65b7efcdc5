using System.Collections.Immutable;
using Basalt.Backup.Backends;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>Takes ids for attempts. Of any number of claimants of an id at most one gets it, and in a repository with conditional writes exactly one.</summary>
internal sealed class AttemptClaims(Repository repository, BackupCatalog catalog)
{
    /// <summary>Rounds of claiming, withdrawing and waiting in a degraded repository before the id counts as taken.</summary>
    private const int Rounds = 8;

    private readonly RetryPolicy _pauses = new(Rounds, repository.Options.TimeProvider);

    /// <summary>The number of the next attempt under an id.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>, <see cref="BackupError.Corrupted"/>.</exception>
    public async Task<int> FindNextAsync(string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<AttemptMarks> attempts = await catalog.ListAttemptsAsync(id, cancellationToken).ConfigureAwait(false);
        return !await IsFreeAsync(id, attempts, cancellationToken).ConfigureAwait(false) ? throw AlreadyExists(id)
            : attempts is [.., var last] ? last.Number + 1
            : 1;
    }

    /// <summary>Writes up an attempt that may then be claimed.</summary>
    public ClaimDocument Draft(BackupRequest request, int attempt, ImmutableArray<string> collections, Guid storeId) => new()
    {
        BackupId = request.Id,
        Attempt = attempt,
        AttemptUlid = Ulid.Create(repository.Options.TimeProvider),
        Coordinator = repository.Signature,
        Requested = new SelectionEntry([.. request.Include ?? []], [.. request.Exclude ?? []]),
        Collections = collections,
        Participants = [repository.Options.NodeName],
        StoreId = storeId,
        Started = repository.UtcNow,
        LeaseSeconds = (long)repository.Options.LeaseTimeToLive.TotalSeconds,
        PreviousAttempt = attempt > 1 ? attempt - 1 : null,
    };

    /// <summary>Claims an attempt.</summary>
    /// <returns>
    /// False only in a degraded repository: others claim it at the same time, so this claim was withdrawn. Try the next number after <see cref="BackOffAsync"/>.
    /// </returns>
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>: another was faster.</exception>
    public async Task<bool> TryClaimAsync(ClaimDocument claim, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Claim(claim.BackupId, claim.Attempt, repository.ClaimantOf(claim.AttemptUlid));
        bool isCreated = await repository.Documents
            .TryCreateAsync(key, claim, DocumentJsonContext.Default.ClaimDocument, cancellationToken)
            .ConfigureAwait(false);
        if (!isCreated)
        {
            throw AlreadyExists(claim.BackupId);
        }

        if (!repository.IsDegraded)
        {
            return true;
        }

        bool isAlone = false;
        try
        {
            isAlone = await IsAloneAsync(claim, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isAlone)
            {
                await WithdrawAsync(claim).ConfigureAwait(false);
            }
        }

        return isAlone;
    }

    /// <summary>
    /// Whether nobody else has a claim by which he might have gone on, or go on, with this attempt: each writes his claim before he looks, so
    /// of two claimants one at least sees the other.
    /// </summary>
    public async Task<bool> IsAloneAsync(ClaimDocument claim, CancellationToken cancellationToken)
    {
        IReadOnlyList<AttemptMarks> others =
            await catalog.ListAttemptsAsync(claim.BackupId, claim.AttemptUlid, cancellationToken).ConfigureAwait(false);
        return others.LastOrDefault(other => !other.IsWithdrawn).Number < claim.Attempt
            && await IsFreeAsync(claim.BackupId, others, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a claim up for good. Its number is not used again.</summary>
    public Task WithdrawAsync(ClaimDocument claim) =>
        repository.Documents.TryCreateAsync(
            RepositoryLayout.Withdrawal(claim.BackupId, claim.Attempt, claim.AttemptUlid),
            new TombstoneDocument { By = repository.Signature, Created = repository.UtcNow },
            DocumentJsonContext.Default.TombstoneDocument,
            CancellationToken.None);

    /// <summary>Waits for a random time after a claim was withdrawn.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>: that has gone on for too long.</exception>
    public Task BackOffAsync(string id, int round, CancellationToken cancellationToken) =>
        round < Rounds ? _pauses.PauseAsync(round, cancellationToken) : throw AlreadyExists(id);

    private async Task<bool> IsFreeAsync(string id, IReadOnlyList<AttemptMarks> attempts, CancellationToken cancellationToken)
    {
        if (repository.IsDegraded && attempts.Any(attempt => attempt.IsOpen))
        {
            return false;
        }

        return attempts.Cast<AttemptMarks?>().LastOrDefault(attempt => !attempt!.Value.IsWithdrawn) is not { } newest
            || newest.IsDeleted
            || (await catalog.ReadAsync(id, newest, cancellationToken).ConfigureAwait(false)).IsFree;
    }

    private BackupException AlreadyExists(string id) =>
        new(
            BackupError.AlreadyExists,
            $"Backup '{id}' already exists at '{repository.Backend.Location(id)}'. Choose another id, or delete it first.",
            id);
}
