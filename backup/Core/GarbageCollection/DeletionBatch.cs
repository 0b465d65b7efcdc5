using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;

namespace Basalt.Backup.GarbageCollection;

/// <summary>Deletes objects, some at a time, and keeps count. An object that cannot be deleted does not stop the others.</summary>
internal sealed class DeletionBatch(Repository repository)
{
    private readonly ConcurrentQueue<FailedDeletion> _failed = new();
    private long _bytes;
    private int _deleted;

    public int Deleted => _deleted;

    public long BytesFreed => _bytes;

    public ImmutableArray<FailedDeletion> Failed => [.. _failed];

    public Task RunAsync(IEnumerable<BackendEntry> objects, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            objects,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Options.Parallelism, CancellationToken = cancellationToken },
            async (entry, token) => await DeleteAsync(entry, token).ConfigureAwait(false));

    /// <summary>Deletes one object.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> DeleteAsync(BackendEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await repository.Backend.DeleteAsync(entry.Key, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _deleted);
            Interlocked.Add(ref _bytes, entry.Length);
            return true;
        }
        catch (BackupBackendException failure)
        {
            _failed.Enqueue(new FailedDeletion(entry.Key, failure.Message));
            return false;
        }
    }
}
