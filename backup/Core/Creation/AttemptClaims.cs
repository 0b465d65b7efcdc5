using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>Takes ids for attempts. Of any number of claimants of an id exactly one gets it.</summary>
internal sealed class AttemptClaims(Repository repository, BackupCatalog catalog)
{
    /// <summary>The number of the next attempt under an id.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>, <see cref="BackupError.Corrupted"/>.</exception>
    public async Task<int> FindNextAsync(string id, CancellationToken cancellationToken)
    {
        if (await catalog.FindNewestAsync(id, cancellationToken).ConfigureAwait(false) is not { } newest)
        {
            return 1;
        }

        bool isFree = newest.IsDeleted || (await catalog.ReadAsync(id, newest, cancellationToken).ConfigureAwait(false)).IsFree;
        return isFree ? newest.Number + 1 : throw AlreadyExists(id);
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
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>: another was faster.</exception>
    public async Task ClaimAsync(ClaimDocument claim, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Claim(claim.BackupId, claim.Attempt);
        if (!await repository.Documents
            .TryCreateAsync(key, claim, DocumentJsonContext.Default.ClaimDocument, cancellationToken)
            .ConfigureAwait(false))
        {
            throw AlreadyExists(claim.BackupId);
        }
    }

    private BackupException AlreadyExists(string id) =>
        new(
            BackupError.AlreadyExists,
            $"Backup '{id}' already exists at '{repository.Backend.Location(id)}'. Choose another id, or delete it first.",
            id);
}
