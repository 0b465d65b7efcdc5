using System.Collections.Frozen;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.GarbageCollection;

/// <summary>Reads and writes the plans of collectors.</summary>
internal sealed class GarbagePlans(Repository repository)
{
    /// <summary>A plan is one document; more garbage than this makes several.</summary>
    private const int KeysPerPlan = 10_000;

    /// <summary>What a backup must not begin to share.</summary>
    public async Task<CondemnedObjects> ReadCondemnedAsync(CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        string? unreadable = null;
        foreach (string ulid in (await ListAsync(cancellationToken).ConfigureAwait(false)).Keys)
        {
            try
            {
                keys.UnionWith(await ReadKeysAsync(ulid, cancellationToken).ConfigureAwait(false) ?? []);
            }
            catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
            {
                unreadable = damaged.ObjectKey;
            }
        }

        return new CondemnedObjects(keys.ToFrozenSet(StringComparer.Ordinal), unreadable);
    }

    /// <summary>All plans.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: one is damaged.</exception>
    public async Task<IReadOnlyList<GarbagePlan>> ReadAsync(CancellationToken cancellationToken)
    {
        var plans = new List<GarbagePlan>();
        foreach ((string ulid, bool isDone) in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await ReadKeysAsync(ulid, cancellationToken).ConfigureAwait(false) is { } keys)
            {
                plans.Add(new GarbagePlan(ulid, keys, isDone));
            }
        }

        return plans;
    }

    /// <summary>Condemns objects. From the return on no backup begins to share one of them.</summary>
    public async Task<IReadOnlyList<GarbagePlan>> WriteAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var plans = new List<GarbagePlan>();
        foreach (string[] chunk in keys.Chunk(KeysPerPlan))
        {
            var plan = new GarbagePlan(Ulid.Create(repository.Options.TimeProvider), [.. chunk], IsDone: false);
            var document = new GarbagePlanDocument { By = repository.Signature, Created = repository.UtcNow, Keys = plan.Keys };
            string key = RepositoryLayout.GarbagePlan(plan.Ulid);
            if (!await repository.Documents
                .TryCreateAsync(key, document, DocumentJsonContext.Default.GarbagePlanDocument, cancellationToken)
                .ConfigureAwait(false))
            {
                throw BackupException.Corrupted(key, "another object took its name");
            }

            plans.Add(plan);
        }

        return plans;
    }

    /// <summary>Says what became of a plan. Somebody else may have said so first; that is as good.</summary>
    public Task CompleteAsync(GarbagePlan plan, GarbageDoneDocument done, CancellationToken cancellationToken) =>
        repository.Documents.TryCreateAsync(
            RepositoryLayout.GarbageDone(plan.Ulid), done, DocumentJsonContext.Default.GarbageDoneDocument, cancellationToken);

    /// <summary>Removes a plan, the document that condemns last.</summary>
    public async Task RemoveAsync(GarbagePlan plan, CancellationToken cancellationToken)
    {
        await repository.Backend.DeleteAsync(RepositoryLayout.GarbageDone(plan.Ulid), cancellationToken).ConfigureAwait(false);
        await repository.Backend.DeleteAsync(RepositoryLayout.GarbagePlan(plan.Ulid), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans by name, and whether each is done.</summary>
    private async Task<SortedDictionary<string, bool>> ListAsync(CancellationToken cancellationToken)
    {
        var plans = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.GarbagePrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (RepositoryLayout.ParseGarbage(entry.Key) is var (ulid, isDone))
            {
                plans[ulid] = isDone || plans.GetValueOrDefault(ulid);
            }
        }

        return plans;
    }

    /// <summary>What a plan condemns; null if it was removed meanwhile, because nothing in it is left.</summary>
    private async Task<ImmutableArray<string>?> ReadKeysAsync(string ulid, CancellationToken cancellationToken)
    {
        GarbagePlanDocument? plan = await repository.Documents
            .TryReadAsync(RepositoryLayout.GarbagePlan(ulid), DocumentJsonContext.Default.GarbagePlanDocument, cancellationToken)
            .ConfigureAwait(false);
        return plan?.Keys;
    }
}
