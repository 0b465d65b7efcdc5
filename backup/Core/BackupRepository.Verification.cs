using Basalt.Backup.Catalog;
using Basalt.Backup.Verification;

namespace Basalt.Backup;

public sealed partial class BackupRepository
{
    /// <summary>
    /// Looks whether a complete backup could be restored, and reports everything that is wrong with it. Needs permission to read only.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>: there is nothing to verify;
    /// <see cref="BackupError.BackendFailure"/>: it could not be read to the end.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public async Task<VerificationReport> VerifyAsync(
        string id, VerificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new VerificationOptions();
        options.Validate();
        try
        {
            (BackupRecord backup, ReadPin pin) = await OpenAsync(id, cancellationToken).ConfigureAwait(false);
            await using (pin.ConfigureAwait(false))
            {
                return await new BackupVerifier(_repository, options).RunAsync(backup, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }
        catch (BackupException damaged) when (damaged is { Error: BackupError.Corrupted or BackupError.UnsupportedFormat, ObjectKey: { } key })
        {
            // Claim or outcome: without them there is no way to the rest.
            return new VerificationReport
            {
                Id = id,
                Level = options.Level,
                Problems = [new VerificationProblem(key, damaged.Message)],
                Objects = 0,
                ObjectsRead = 0,
                BytesRead = 0,
            };
        }
    }
}
