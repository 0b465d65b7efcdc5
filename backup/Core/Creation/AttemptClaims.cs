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
        BackupRecord? newest = await catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return newest is null or { IsFree: true } ? (newest?.Attempt ?? 0) + 1 : throw AlreadyExists(id);
    }

    /// <summary>Claims an attempt.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.AlreadyExists"/>: another was faster.</exception>
    public async Task<ClaimDocument> ClaimAsync(
        BackupRequest request, int attempt, ImmutableArray<string> collections, Guid storeId, CancellationToken cancellationToken)
    {
        var claim = new ClaimDocument
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
        bool created = await repository.Documents
            .TryCreateAsync(RepositoryLayout.Claim(request.Id, attempt), claim, DocumentJsonContext.Default.ClaimDocument, cancellationToken)
            .ConfigureAwait(false);
        return created ? claim : throw AlreadyExists(request.Id);
    }

    private BackupException AlreadyExists(string id) =>
        new(
            BackupError.AlreadyExists,
            $"Backup '{id}' already exists at '{repository.Backend.Location(id)}'. Choose another id, or delete it first.",
            id);
}
