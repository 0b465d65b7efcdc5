using System.Runtime.CompilerServices;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>Reads which backups there are, and decides attempts.</summary>
internal sealed class BackupCatalog(Repository repository)
{
    /// <summary>A century: sums with times stay in range.</summary>
    private const long MaxLeaseSeconds = 100L * 366 * 24 * 3600;

    /// <summary>The ids that were ever claimed, deleted ones included.</summary>
    public async IAsyncEnumerable<string> ListIdsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (BackendEntry entry in repository.Backend.ListAsync("", recursive: false, cancellationToken).ConfigureAwait(false))
        {
            string name = entry.Key.TrimEnd('/');
            if (entry.IsFolder && RepositoryLayout.IsBackupId(name) && seen.Add(name))
            {
                yield return name;
            }
        }
    }

    /// <summary>The newest attempt under an id; null if there is none. Reads no document, so that damage to one is no obstacle.</summary>
    public async Task<AttemptMarks?> FindNewestAsync(string id, CancellationToken cancellationToken) =>
        (await ListAttemptsAsync(id, cancellationToken).ConfigureAwait(false)).Cast<AttemptMarks?>().SingleOrDefault(attempt => attempt!.Value.IsNewest);

    /// <summary>
    /// All attempts under an id, the newest last. Each counts whose claim, outcome or tombstone is there: collectors remove those of a
    /// backup that was deleted long ago in this order, and in between it must not seem alive.
    /// </summary>
    public Task<IReadOnlyList<AttemptMarks>> ListAttemptsAsync(string id, CancellationToken cancellationToken) =>
        ListAttemptsAsync(id, except: null, cancellationToken);

    /// <summary>As above, as it would be without one claimant.</summary>
    public async Task<IReadOnlyList<AttemptMarks>> ListAttemptsAsync(string id, string? except, CancellationToken cancellationToken)
    {
        var names = new AttemptNames();
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.Backup(id), recursive: false, cancellationToken).ConfigureAwait(false))
        {
            names.Add(RepositoryLayout.NameOf(entry.Key), except);
        }

        return names.ToMarks();
    }

    /// <summary>The backup under an id; null if there is none or it was deleted.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>.</exception>
    public async Task<BackupRecord?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await FindNewestAsync(id, cancellationToken).ConfigureAwait(false) is { IsDeleted: false } newest
            ? await ReadAsync(id, newest, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Reads the documents of an attempt.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>.</exception>
    public async Task<BackupRecord> ReadAsync(string id, AttemptMarks attempt, CancellationToken cancellationToken)
    {
        ClaimDocument claim =
            await ReadClaimAsync(id, attempt.Number, RepositoryLayout.Claim(id, attempt.Number, attempt.Claimant), cancellationToken).ConfigureAwait(false);
        OutcomeDocument? outcome = attempt.HasOutcome
            ? await ReadOutcomeAsync(RepositoryLayout.Outcome(id, attempt.Number, attempt.Claimant), claim.AttemptUlid, cancellationToken).ConfigureAwait(false)
            : null;
        return new BackupRecord(id, attempt.Number, attempt.Claimant, claim, outcome);
    }

    /// <summary>
    /// Ends an attempt, unless it has ended already: the create-once outcome is the only decision there is, whoever makes it. In a degraded
    /// repository that is the process alone that works on the attempt.
    /// </summary>
    /// <returns>The outcome in force: the proposed one, or the one that came first.</returns>
    public async Task<OutcomeDocument> DecideAsync(string id, int attempt, OutcomeDocument proposal, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Outcome(id, attempt, repository.ClaimantOf(proposal.AttemptUlid));
        if (repository.IsDegraded)
        {
            return await repository.Decisions.DecideAsync(repository.Documents, key, proposal, cancellationToken).ConfigureAwait(false)
                ?? await ReadOutcomeAsync(key, proposal.AttemptUlid, cancellationToken).ConfigureAwait(false);
        }

        bool created = await repository.Documents
            .TryCreateAsync(key, proposal, DocumentJsonContext.Default.OutcomeDocument, cancellationToken)
            .ConfigureAwait(false);
        return created ? proposal : await ReadOutcomeAsync(key, proposal.AttemptUlid, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An outcome without a result.</summary>
    public OutcomeDocument Unsuccessful(string state, string attemptUlid, string reason) => new()
    {
        State = state,
        AttemptUlid = attemptUlid,
        Completed = repository.UtcNow,
        By = repository.Signature,
        Reason = reason,
        Nodes = [],
        Collections = [],
        CutKind = CutKind.PerNode,
        Requires = [],
        Producer = repository.Options.Producer,
        CompatRead = Repository.Format,
    };

    private async Task<ClaimDocument> ReadClaimAsync(string id, int attempt, string key, CancellationToken cancellationToken)
    {
        ClaimDocument claim =
            await repository.Documents.TryReadAsync(key, DocumentJsonContext.Default.ClaimDocument, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it was listed but cannot be read");
        if (claim.BackupId != id || claim.Attempt != attempt)
        {
            throw BackupException.Corrupted(key, $"wrong backup file: it is of backup '{claim.BackupId}', attempt {claim.Attempt}");
        }

        return Ulid.IsUlid(claim.AttemptUlid) && claim.LeaseSeconds is >= 0 and <= MaxLeaseSeconds
            ? claim
            : throw BackupException.Corrupted(key, "the identity of its attempt or the time of its lease cannot be read");
    }

    private async Task<OutcomeDocument> ReadOutcomeAsync(string key, string attemptUlid, CancellationToken cancellationToken)
    {
        OutcomeDocument outcome =
            await repository.Documents.TryReadAsync(key, DocumentJsonContext.Default.OutcomeDocument, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it was listed but cannot be read");
        Repository.RequireReadable(key, outcome.CompatRead, outcome.Requires);
        BackupReader.RequireKeys(key, outcome.Nodes.Select(node => node.Key));
        return outcome.AttemptUlid == attemptUlid
            ? outcome
            : throw BackupException.Corrupted(key, $"it is of attempt {outcome.AttemptUlid}, the claim of {attemptUlid}");
    }
}
