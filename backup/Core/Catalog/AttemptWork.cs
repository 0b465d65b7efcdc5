using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>Journals and heartbeats of an attempt.</summary>
internal static class AttemptWork
{
    /// <summary>Removes them after the commit, as well as that goes: whoever may not delete leaves them to a collector.</summary>
    public static async Task RemoveAsync(Repository repository, string id, int attempt)
    {
        try
        {
            var keys = new List<string>();
            string prefix = RepositoryLayout.Work(id, attempt);
            await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, CancellationToken.None).ConfigureAwait(false))
            {
                keys.Add(entry.Key);
            }

            await Parallel.ForEachAsync(
                keys,
                new ParallelOptions { MaxDegreeOfParallelism = repository.Options.Parallelism },
                async (key, _) => await repository.Backend.DeleteAsync(key, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // The backup is complete all the same.
        }
    }
}
