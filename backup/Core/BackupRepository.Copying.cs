using Basalt.Backup.Catalog;
using Basalt.Backup.Copying;

namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>
    /// Copies a complete backup to another repository, of whatever kind. Every byte is checked on its way, what the target has already is not
    /// copied again, and the copy's <see cref="BackupSummary.Root"/> equals the original's. Interrupted, it goes on when repeated.
    /// </summary>
    /// <param name="id">The backup; the copy has the same id.</param>
    /// <param name="target">Where to.</param>
    /// <param name="progress">Told of objects done, from any thread.</param>
    /// <param name="cancellationToken">Interrupts the copy.</param>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>, <see cref="BackupError.Corrupted"/>: of the original;
    /// <see cref="BackupError.AlreadyExists"/>, <see cref="BackupError.InProgress"/>: of the target; <see cref="BackupError.BackendFailure"/>.
    /// </exception>
    public async Task<CopyReport> CopyAsync(
        string id, BackupRepository target, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        try
        {
            (BackupRecord backup, ReadPin pin) = await OpenAsync(id, cancellationToken).ConfigureAwait(false);
            await using (pin.ConfigureAwait(false))
            {
                return await new BackupCopy(_repository, target, backup).RunAsync(progress, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is BackupBackendException or BackupException)
        {
            throw FailureDescription.Of(id, failure);
        }
    }
}
