using Basalt.Backup;

namespace Basalt.Server.Backups;

internal sealed partial class BackupStore
{
    /// <summary>As <see cref="BackupRepository.VerifyAsync"/>.</summary>
    /// <exception cref="BackupException">There is nothing to verify, or it cannot be read to the end.</exception>
    public Task<VerificationReport> VerifyAsync(string id, VerificationOptions options, CancellationToken cancellationToken) =>
        _service.Repository.VerifyAsync(id, options, cancellationToken);

    /// <summary>As <see cref="BackupService.DeleteAsync"/>.</summary>
    /// <exception cref="BackupException">There is no such backup, or it is being made or restored.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) => _service.DeleteAsync(id, cancellationToken);

    /// <summary>As <see cref="BackupRepository.PruneAsync"/>; one at a time.</summary>
    /// <exception cref="BackupException">The repository cannot be read or written.</exception>
    public Task<IReadOnlyList<RetentionDecision>> PruneAsync(RetentionPolicy policy, bool isDryRun, CancellationToken cancellationToken) =>
        TendAsync(() => _service.Repository.PruneAsync(policy, isDryRun, cancellationToken), cancellationToken);

    /// <summary>As <see cref="BackupRepository.CollectGarbageAsync"/>; one at a time.</summary>
    /// <exception cref="BackupException">The repository cannot be read to the end.</exception>
    public Task<GarbageCollectionReport> CollectGarbageAsync(GarbageCollectionOptions options, CancellationToken cancellationToken) =>
        TendAsync(() => _service.Repository.CollectGarbageAsync(options, cancellationToken), cancellationToken);

    private async Task<T> TendAsync<T>(Func<Task<T>> tend, CancellationToken cancellationToken)
    {
        await _tending.WaitAsync(cancellationToken);
        try
        {
            return await tend();
        }
        finally
        {
            _tending.Release();
        }
    }
}
