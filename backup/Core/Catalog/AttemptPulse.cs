using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>Reads the signs of life of attempts that have no outcome yet.</summary>
internal static class AttemptPulse
{
    /// <summary>The number of the newest heartbeat; 0 if there is none.</summary>
    public static async Task<int> FindLastAsync(Repository repository, string id, int attempt, CancellationToken cancellationToken)
    {
        int last = 0;
        string prefix = RepositoryLayout.Work(id, attempt) + RepositoryLayout.HeartbeatPrefix;
        await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            last = Math.Max(last, RepositoryLayout.ParseNumber(RepositoryLayout.NameOf(entry.Key), RepositoryLayout.HeartbeatPrefix));
        }

        return last;
    }

    /// <summary>When somebody last worked on it, as far as the repository tells.</summary>
    public static async Task<DateTimeOffset> ReadAsync(Repository repository, BackupRecord open, CancellationToken cancellationToken)
    {
        int last = await FindLastAsync(repository, open.Id, open.Attempt, cancellationToken).ConfigureAwait(false);
        HeartbeatDocument? beat = last == 0
            ? null
            : await repository.Documents
                .TryReadAsync(
                    RepositoryLayout.Heartbeat(open.Id, open.Attempt, last), DocumentJsonContext.Default.HeartbeatDocument, cancellationToken)
                .ConfigureAwait(false);
        return beat is null || beat.At < open.Claim.Started ? open.Claim.Started : beat.At;
    }
}
