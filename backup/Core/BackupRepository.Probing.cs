namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>Whether the backend holds a repository. The first backup makes one where there is none.</summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>: there is one that this build cannot read;
    /// <see cref="BackupError.BackendFailure"/>.
    /// </exception>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _repository.TryOpenAsync(cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(failure);
        }
    }

    /// <summary>
    /// Finds out whether backups can be made here: writes a small object, sees to it that it cannot be overwritten, that it is listed and
    /// read back as it was written, and removes it. Makes no repository.
    /// </summary>
    /// <returns>Whether the store creates objects conditionally; <see cref="WriteConditions.Absent"/> only if the options allow that.</returns>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.BackendFailure"/>: the store cannot be used, or does not keep the promises that backups rest on; the message says which.
    /// </exception>
    public async Task<WriteConditions> ProbeAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _repository.ProbeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(failure);
        }
    }
}
