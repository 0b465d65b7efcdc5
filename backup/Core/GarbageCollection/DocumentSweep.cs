using Basalt.Backup.Catalog;
using Basalt.Backup.Naming;

namespace Basalt.Backup.GarbageCollection;

/// <summary>Removes documents and packs that belong to one attempt alone and that nobody needs any more.</summary>
/// <remarks>
/// Claims, outcomes and tombstones stay for a month after a deletion, so that the numbers of attempts do not start again under someone who
/// was asleep. They go in this order, so that what is left at any moment still says that the backup is deleted.
/// </remarks>
internal sealed class DocumentSweep(Repository repository, TimeSpan minimumAge)
{
    private static readonly TimeSpan MemoryOfDeleted = TimeSpan.FromDays(30);

    private static readonly string[] StepsOfForgetting =
    [
        RepositoryLayout.ClaimPrefix, RepositoryLayout.OutcomePrefix, RepositoryLayout.WithdrawalPrefix, RepositoryLayout.TombstonePrefix,
    ];

    public DeletionBatch Deletions { get; } = new(repository);

    public async Task RunAsync(ReferenceSurvey survey, CancellationToken cancellationToken)
    {
        foreach (SurveyedAttempt attempt in survey.Attempts)
        {
            if (attempt.Standing is AttemptStanding.Open or AttemptStanding.Pinned)
            {
                continue;
            }

            bool isOldEnough = repository.UtcNow - attempt.StartedAt >= minimumAge;
            if (attempt.Standing == AttemptStanding.Complete)
            {
                // The outcome vouches for the objects; journals and heartbeats have done their work.
                await SweepAsync(RepositoryLayout.Work(attempt.Id, attempt.Number), cancellationToken).ConfigureAwait(false);
            }
            else if (isOldEnough)
            {
                await SweepAsync(RepositoryLayout.Attempt(attempt.Id, attempt.Number), cancellationToken).ConfigureAwait(false);
                await SweepAsync(RepositoryLayout.Work(attempt.Id, attempt.Number), cancellationToken).ConfigureAwait(false);
            }
        }

        await Deletions.RunAsync(survey.LapsedPins.Select(key => new BackendEntry(key, 0)), cancellationToken).ConfigureAwait(false);
        foreach (IGrouping<string, SurveyedAttempt> backup in survey.Attempts.GroupBy(attempt => attempt.Id, StringComparer.Ordinal))
        {
            if (backup.All(attempt => attempt.Standing == AttemptStanding.Dead)
                && backup.Single(attempt => attempt.IsNewest).DeletedAt is { } deletedAt
                && repository.UtcNow - deletedAt > MemoryOfDeleted)
            {
                await ForgetAsync(backup.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SweepAsync(string prefix, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackendEntry> objects = await ListAsync(prefix, cancellationToken).ConfigureAwait(false);
        await Deletions.RunAsync(objects, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BackendEntry>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var objects = new List<BackendEntry>();
        await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            objects.Add(entry);
        }

        return objects;
    }

    private async Task ForgetAsync(string id, CancellationToken cancellationToken)
    {
        foreach (string prefix in StepsOfForgetting)
        {
            foreach (BackendEntry entry in await ListAsync(RepositoryLayout.Backup(id) + prefix, cancellationToken).ConfigureAwait(false))
            {
                if (!await Deletions.DeleteAsync(entry, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }
}
