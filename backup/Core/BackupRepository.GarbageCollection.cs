using System.Collections.Immutable;
using Basalt.Backup.GarbageCollection;

namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>
    /// Deletes extents that no backup needs and documents of backups that are gone, and marks backups as failed on which nobody works any
    /// more. Safe beside backups, restores and other collections, in any number and from any process.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>: a document cannot be read, so that nobody knows
    /// what it needs; nothing was deleted. <see cref="BackupError.BackendFailure"/>.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public async Task<GarbageCollectionReport> CollectGarbageAsync(
        GarbageCollectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new GarbageCollectionOptions();
        options.Validate();
        try
        {
            return await _repository.TryOpenAsync(cancellationToken).ConfigureAwait(false) is null
                ? new GarbageCollectionReport { Extents = 0, ExtentBytes = 0, Garbage = 0, GarbageBytes = 0, TooYoung = 0, IsDryRun = options.IsDryRun }
                : await new GarbageCollector(_repository, _catalog, InMode(options)).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(failure);
        }
        catch (BackupException unreadable) when (unreadable.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            throw new BackupException(
                unreadable.Error,
                $"Garbage was not collected, because nobody knows what this needs: {unreadable.Message} If it is of a backup that is lost, delete that backup first.",
                objectKey: unreadable.ObjectKey,
                innerException: unreadable);
        }
    }

    /// <summary>Where attempts are claimed without conditions, the minimum age is no choice.</summary>
    private GarbageCollectionOptions InMode(GarbageCollectionOptions options) =>
        _repository.IsDegraded && options.MinimumAge < GarbageCollectionOptions.DegradedMinimumAge
            ? options with { MinimumAge = GarbageCollectionOptions.DegradedMinimumAge }
            : options;

    /// <summary>Marks backups as failed on which nobody works any more and that can no longer be resumed.</summary>
    /// <returns>Their ids.</returns>
    internal Task<ImmutableArray<string>> EndAbandonedAsync(CancellationToken cancellationToken) =>
        new AbandonedAttempts(_repository, _catalog).EndAsync(cancellationToken);
}
