using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.GarbageCollection;

/// <summary>
/// Deletes what no backup needs, beside backups, restores and other collectors. Any process may run it, any number at once.
/// </summary>
/// <remarks>
/// The cycle, each step needed (tests/Consistency.Tests/Protocol has the counterexamples): list the plans, then the extents; survey what is
/// needed; condemn the rest in plans; survey again; delete what is condemned and still not needed; say so. A backup that wants to share an
/// extent journals it, then reads the plans: either the second survey sees the journal, or the backup sees the plan.
/// </remarks>
internal sealed class GarbageCollector(Repository repository, BackupCatalog catalog, GarbageCollectionOptions options)
{
    /// <summary>
    /// A collector that slept does not wake up and delete. The protocol would bear it, but for <see cref="Copying.BackupCopy"/>, which brings names back.
    /// </summary>
    private static readonly TimeSpan SurveyLifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan PlanMemory = TimeSpan.FromHours(24);

    private readonly GarbagePlans _plans = new(repository);
    private readonly ReferenceSurveyor _surveyor = new(repository, catalog);

    /// <exception cref="BackupException">A document is damaged, so that nobody knows what is needed. Nothing was deleted.</exception>
    public async Task<GarbageCollectionReport> RunAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<string> abandoned = options.IsDryRun
            ? []
            : await new AbandonedAttempts(repository, catalog).EndAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<GarbagePlan> earlier = await _plans.ReadAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<string, BackendEntry> extents = await ListExtentsAsync(cancellationToken).ConfigureAwait(false);
        ReferenceSurvey survey = await _surveyor.RunAsync(cancellationToken).ConfigureAwait(false);
        ILookup<bool, BackendEntry> unneeded = extents.Values
            .Where(extent => !survey.Needed.Contains(extent.Key))
            .ToLookup(extent => IsOldEnough(extent.Key));
        var report = new GarbageCollectionReport
        {
            Extents = extents.Count,
            ExtentBytes = extents.Values.Sum(extent => extent.Length),
            Garbage = unneeded[true].Count(),
            GarbageBytes = unneeded[true].Sum(extent => extent.Length),
            TooYoung = unneeded[false].Count(),
            AbandonedBackups = abandoned,
            IsDryRun = options.IsDryRun,
        };
        if (options.IsDryRun)
        {
            return report;
        }

        IReadOnlyList<GarbagePlan> own =
            await _plans.WriteAsync(unneeded[true].Select(extent => extent.Key), cancellationToken).ConfigureAwait(false);
        IEnumerable<GarbagePlan> open = earlier.Where(plan => !plan.IsDone).Concat(own);
        return await DeleteAsync(report, [.. open], [.. earlier.Where(plan => plan.IsDone)], extents, cancellationToken).ConfigureAwait(false);
    }

    private async Task<GarbageCollectionReport> DeleteAsync(
        GarbageCollectionReport report,
        IReadOnlyList<GarbagePlan> open,
        IReadOnlyList<GarbagePlan> done,
        Dictionary<string, BackendEntry> extents,
        CancellationToken cancellationToken)
    {
        ReferenceSurvey survey = await _surveyor.RunAsync(cancellationToken).ConfigureAwait(false);
        long surveyedAt = repository.Options.TimeProvider.GetTimestamp();
        var retained = new SortedSet<string>(StringComparer.Ordinal);
        var failures = new SortedSet<string>(StringComparer.Ordinal);
        int deleted = 0;
        long freed = 0;
        foreach (GarbagePlan plan in open)
        {
            // What the listing did not have is gone: a name never comes back.
            ILookup<bool, BackendEntry> condemned = plan.Keys
                .Where(extents.ContainsKey)
                .Select(key => extents[key])
                .ToLookup(extent => survey.Needed.Contains(extent.Key));
            var batch = new DeletionBatch(repository);
            await batch
                .RunAsync(condemned[false].TakeWhile(_ => repository.Options.TimeProvider.GetElapsedTime(surveyedAt) < SurveyLifetime), cancellationToken)
                .ConfigureAwait(false);
            if (repository.Options.TimeProvider.GetElapsedTime(surveyedAt) >= SurveyLifetime)
            {
                failures.Add("The collection took longer than an hour and stopped; run it again for the rest.");
                deleted += batch.Deleted;
                freed += batch.BytesFreed;
                break;
            }

            var outcome = new GarbageDoneDocument
            {
                By = repository.Signature,
                Completed = repository.UtcNow,
                Deleted = batch.Deleted,
                Retained = [.. condemned[true].Select(extent => extent.Key)],
                Failed = batch.Failed,
                BytesFreed = batch.BytesFreed,
            };
            await _plans.CompleteAsync(plan, outcome, cancellationToken).ConfigureAwait(false);
            retained.UnionWith(outcome.Retained);
            failures.UnionWith(batch.Failed.Select(failure => failure.Error));
            deleted += batch.Deleted;
            freed += batch.BytesFreed;
            foreach (BackendEntry extent in condemned[false].ExceptBy(batch.Failed.Select(failure => failure.Key), extent => extent.Key))
            {
                // A key may be in the plans of several collectors.
                extents.Remove(extent.Key);
            }
        }

        var sweep = new DocumentSweep(repository, options.MinimumAge);
        await sweep.RunAsync(survey, cancellationToken).ConfigureAwait(false);
        failures.UnionWith(sweep.Deletions.Failed.Select(failure => failure.Error));
        failures.UnionWith(await PruneAsync(done, extents, survey.Lenders, cancellationToken).ConfigureAwait(false));
        return report with
        {
            Deleted = deleted,
            BytesFreed = freed + sweep.Deletions.BytesFreed,
            DocumentsDeleted = sweep.Deletions.Deleted,
            Retained = [.. retained],
            Failures = [.. failures],
        };
    }

    /// <summary>
    /// Removes plans that were done before this cycle and of which nothing is left: a backup that does not see such a plan does not see the
    /// objects either. They stay for a day, as a warning to copies, and for as long as a journal offers what they condemn.
    /// </summary>
    /// <returns>Why a plan could not be removed.</returns>
    private async Task<IEnumerable<string>> PruneAsync(
        IReadOnlyList<GarbagePlan> done,
        Dictionary<string, BackendEntry> extents,
        IReadOnlySet<string> lenders,
        CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        IEnumerable<GarbagePlan> past = done.Where(plan =>
            !plan.Keys.Any(key => extents.ContainsKey(key) || lenders.Contains(AttemptOf(key)))
            && Ulid.TryReadTime(plan.Ulid, out DateTimeOffset created)
            && repository.UtcNow - created >= PlanMemory);
        foreach (GarbagePlan plan in past)
        {
            try
            {
                await _plans.RemoveAsync(plan, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupBackendException failure)
            {
                failures.Add(failure.Message);
            }
        }

        return failures;
    }

    private async Task<Dictionary<string, BackendEntry>> ListExtentsAsync(CancellationToken cancellationToken)
    {
        var extents = new Dictionary<string, BackendEntry>(StringComparer.Ordinal);
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.DataPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            // What has no name of ours is not ours to delete.
            if (TryReadAttempt(entry.Key, out _))
            {
                extents[entry.Key] = entry;
            }
        }

        return extents;
    }

    private bool IsOldEnough(string key) =>
        TryReadAttempt(key, out DateTimeOffset startedAt) && repository.UtcNow - startedAt >= options.MinimumAge;

    /// <summary>When the attempt began that uploaded an extent.</summary>
    private static bool TryReadAttempt(string key, out DateTimeOffset startedAt) => Ulid.TryReadTime(AttemptOf(key), out startedAt);

    /// <summary>The ULID of the attempt that uploaded an extent; empty if the name is none of ours.</summary>
    private static string AttemptOf(string key) =>
        ContentId.TryParseName(RepositoryLayout.NameOf(key), out _, out ReadOnlySpan<char> uploadId) && uploadId.Length > Ulid.Length
            ? uploadId[..Ulid.Length].ToString()
            : "";
}
