using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.GarbageCollection;

/// <summary>
/// Finds out what is needed in a repository, in the one safe order: journals, then outcomes and tombstones and the documents of complete
/// backups, then pins. Whatever it cannot read may need anything, so damage ends the survey.
/// </summary>
internal sealed class ReferenceSurveyor(Repository repository, BackupCatalog catalog)
{
    private readonly BackupReader _reader = new(repository);

    /// <exception cref="BackupException">
    /// <see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>: a document that may name needed objects cannot be read.
    /// </exception>
    public async Task<ReferenceSurvey> RunAsync(CancellationToken cancellationToken)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var attempts = ImmutableArray.CreateBuilder<SurveyedAttempt>();
        JournalSurvey journals = await JournalSurvey.ReadAsync(repository, cancellationToken).ConfigureAwait(false);
        await foreach (string id in catalog.ListIdsAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (AttemptMarks attempt in await catalog.ListAttemptsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                attempts.Add(await SurveyAsync(id, attempt, journals, needed, cancellationToken).ConfigureAwait(false));
            }
        }

        // Journals whose attempt was removed by hand: someone may still work on it.
        foreach ((string id, int attempt) in journals.Attempts.Except(attempts.Select(attempt => (attempt.Id, attempt.Number))))
        {
            needed.UnionWith(journals.KeysOf(id, attempt));
        }

        var lapsed = ImmutableArray.CreateBuilder<string>();
        for (int index = 0; index < attempts.Count; index++)
        {
            SurveyedAttempt attempt = attempts[index];
            bool isPinned = await HasPinAsync(attempt, lapsed, cancellationToken).ConfigureAwait(false);
            if (isPinned && attempt is { Standing: AttemptStanding.Dead, DeletedAt: not null })
            {
                attempts[index] = attempt with { Standing = AttemptStanding.Pinned };
                await AddReferencesAsync(attempt, needed, cancellationToken).ConfigureAwait(false);
            }
        }

        return new ReferenceSurvey(needed, attempts.ToImmutable(), journals.Lenders, lapsed.ToImmutable());
    }

    private async Task<SurveyedAttempt> SurveyAsync(
        string id, AttemptMarks attempt, JournalSurvey journals, HashSet<string> needed, CancellationToken cancellationToken)
    {
        if (attempt.IsDeleted)
        {
            DateTimeOffset deletedAt = await ReadDeletionAsync(id, attempt, cancellationToken).ConfigureAwait(false);
            return new SurveyedAttempt(
                id, attempt.Number, attempt.Claimant, AttemptStanding.Dead, attempt.IsNewest, await ReadStartAsync(id, attempt, cancellationToken).ConfigureAwait(false), deletedAt);
        }

        BackupRecord backup = await catalog.ReadAsync(id, attempt, cancellationToken).ConfigureAwait(false);
        var surveyed = new SurveyedAttempt(
            id, attempt.Number, attempt.Claimant, AttemptStanding.Dead, attempt.IsNewest, backup.Claim.Started, DeletedAt: null);
        if (backup.Outcome is null)
        {
            needed.UnionWith(journals.KeysOf(id, attempt.Number));
            return surveyed with { Standing = AttemptStanding.Open };
        }

        if (!backup.IsRestorable)
        {
            return surveyed;
        }

        try
        {
            await AddReferencesAsync(backup, needed, cancellationToken).ConfigureAwait(false);
            return surveyed with { Standing = AttemptStanding.Complete };
        }
        catch (BackupException missing) when (missing.Error == BackupError.Corrupted)
        {
            // It may have been deleted since the listing, and swept by another collector.
            IReadOnlyList<AttemptMarks> now = await catalog.ListAttemptsAsync(id, cancellationToken).ConfigureAwait(false);
            return now.Any(again => again.Number == attempt.Number && again.IsDeleted)
                ? surveyed with { DeletedAt = repository.UtcNow }
                : throw new BackupException(missing.Error, missing.Message, missing.BackupId, missing.ObjectKey, missing);
        }
    }

    private async Task AddReferencesAsync(SurveyedAttempt pinned, HashSet<string> needed, CancellationToken cancellationToken)
    {
        var marks = new AttemptMarks(
            pinned.Number, pinned.Claimant, HasOutcome: true, IsDeleted: true, IsWithdrawn: false, pinned.IsNewest);
        BackupRecord backup = await catalog
            .ReadAsync(pinned.Id, marks, cancellationToken)
            .ConfigureAwait(false);
        if (backup.IsRestorable)
        {
            await AddReferencesAsync(backup, needed, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddReferencesAsync(BackupRecord backup, HashSet<string> needed, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeDocument> nodes = await _reader.ReadNodesAsync(backup.Outcome!.Nodes, cancellationToken).ConfigureAwait(false);
        IEnumerable<ShardReference> references = nodes.SelectMany(node => node.Shards);
        await foreach ((_, Task<ShardDocument> reading) in _reader.ReadShardsAsync(references, cancellationToken).ConfigureAwait(false))
        {
            ShardDocument shard = await reading.ConfigureAwait(false);
            needed.UnionWith(shard.Files.SelectMany(file => file.Extents).Select(extent => extent.Key).OfType<string>());
        }
    }

    private async Task<bool> HasPinAsync(SurveyedAttempt attempt, ImmutableArray<string>.Builder lapsed, CancellationToken cancellationToken)
    {
        bool isPinned = false;
        string prefix = RepositoryLayout.Pins(attempt.Id, attempt.Number);
        await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: false, cancellationToken).ConfigureAwait(false))
        {
            if (await ReadPin.ExpiryOfAsync(repository, entry.Key, cancellationToken).ConfigureAwait(false) > repository.UtcNow)
            {
                isPinned = true;
            }
            else
            {
                lapsed.Add(entry.Key);
            }
        }

        return isPinned;
    }

    /// <summary>The start of a deleted attempt. It only delays the removal, so damage is no obstacle.</summary>
    private async Task<DateTimeOffset> ReadStartAsync(string id, AttemptMarks attempt, CancellationToken cancellationToken)
    {
        try
        {
            return (await catalog.ReadAsync(id, attempt, cancellationToken).ConfigureAwait(false)).Claim.Started;
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            return DateTimeOffset.MinValue;
        }
    }

    private async Task<DateTimeOffset> ReadDeletionAsync(string id, AttemptMarks attempt, CancellationToken cancellationToken)
    {
        try
        {
            TombstoneDocument? tombstone = await repository.Documents
                .TryReadAsync(
                    attempt.IsWithdrawn
                        ? RepositoryLayout.Withdrawal(id, attempt.Number, attempt.Claimant)
                        : RepositoryLayout.Tombstone(id, attempt.Number),
                    DocumentJsonContext.Default.TombstoneDocument, cancellationToken)
                .ConfigureAwait(false);
            return tombstone?.Created ?? DateTimeOffset.MinValue;
        }
        catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
        {
            // A tombstone deletes by its name.
            return DateTimeOffset.MinValue;
        }
    }
}
