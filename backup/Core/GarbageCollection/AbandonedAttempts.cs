using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;

namespace Basalt.Backup.GarbageCollection;

/// <summary>
/// Ends attempts on which nobody works any more, so that none stays open for good. Patience is as long as the attempt could be resumed;
/// whoever is declared dead by mistake finds its commit refused, and has lost work, but no data. In a degraded repository nothing would refuse
/// it, so that there nobody is declared dead.
/// </summary>
internal sealed class AbandonedAttempts(Repository repository, BackupCatalog catalog)
{
    private const int MissedBeats = 10;

    /// <summary>The ids whose newest attempt was ended.</summary>
    public async Task<ImmutableArray<string>> EndAsync(CancellationToken cancellationToken)
    {
        if (repository.IsDegraded)
        {
            return [];
        }

        var ended = ImmutableArray.CreateBuilder<string>();
        await foreach (string id in catalog.ListIdsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await ReadOpenAsync(id, cancellationToken).ConfigureAwait(false) is not { } open)
            {
                continue;
            }

            DateTimeOffset pulse = await AttemptPulse.ReadAsync(repository, open, cancellationToken).ConfigureAwait(false);
            if (repository.UtcNow - pulse <= PatienceWith(open.Claim))
            {
                continue;
            }

            OutcomeDocument failed = catalog.Unsuccessful(
                OutcomeDocument.Failed,
                open.Claim.AttemptUlid,
                $"Backup '{id}' was abandoned: node '{open.Claim.Coordinator.Node}' has given no sign of life since {pulse:u}.");
            OutcomeDocument outcome = await catalog.DecideAsync(id, open.Attempt, failed, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(outcome, failed))
            {
                ended.Add(id);
            }
        }

        return ended.ToImmutable();
    }

    private static TimeSpan PatienceWith(ClaimDocument claim) =>
        TimeSpan.FromTicks(Math.Max((Heartbeat.Interval * MissedBeats).Ticks, TimeSpan.FromSeconds(claim.LeaseSeconds).Ticks));

    private async Task<BackupRecord?> ReadOpenAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { Outcome: null } open ? open : null;
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            // Nothing can be decided for a backup that cannot be read.
            return null;
        }
    }
}
