using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;
using Basalt.Backup.Verification;

namespace Basalt.Backup.Creation;

/// <summary>The end of an attempt that succeeds: everything is read back, then the outcome is created, which is the commit.</summary>
internal sealed class AttemptCommit(Repository repository, BackupCatalog catalog)
{
    /// <summary>Checks all shares and commits them.</summary>
    /// <param name="claim">The attempt.</param>
    /// <param name="references">The node documents, in the order of their nodes.</param>
    /// <param name="onChecked">Called between the check and the commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcome in force, which is another if somebody ended the attempt before.</returns>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: something is missing, or the shares do not fit each other.</exception>
    public async Task<OutcomeDocument> RunAsync(
        ClaimDocument claim, ImmutableArray<NodeReference> references, Action? onChecked, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeDocument> nodes = await new ReferenceCheck(repository)
            .RunAsync(claim.BackupId, claim.Attempt, references, cancellationToken)
            .ConfigureAwait(false);
        onChecked?.Invoke();
        var proposal = new OutcomeDocument
        {
            State = OutcomeDocument.Committed,
            AttemptUlid = claim.AttemptUlid,
            Completed = repository.UtcNow,
            By = repository.Signature,
            Nodes = references,
            Root = BackupReader.RootOf(references),
            Collections = [.. nodes.SelectMany(document => document.Shards).Select(shard => shard.Collection).Distinct().Order(StringComparer.Ordinal)],
            Totals = nodes.Aggregate(TotalsEntry.Zero, (sum, document) => sum + document.Totals),
            CutKind = CutKindOf(nodes, references),
            Requires = [],
            Producer = repository.Options.Producer,
            CompatRead = Repository.Format,
        };
        return await catalog.DecideAsync(claim.BackupId, claim.Attempt, proposal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an attempt that was ended by others ends with.</summary>
    public static BackupException Overruled(string id, OutcomeDocument outcome) =>
        outcome.State == OutcomeDocument.Canceled
            ? new BackupException(BackupError.Canceled, $"Backup '{id}' was canceled.", id)
            : new BackupException(
                BackupError.NotRestorable,
                $"Backup '{id}' was declared {outcome.State} by node '{outcome.By.Node}': {outcome.Reason}",
                id);

    /// <summary>The backup is complete by now; the view of it for other tools is made, and journals go, as well as that is possible.</summary>
    public async Task TidyAsync(ClaimDocument claim, OutcomeDocument outcome)
    {
        long bytes = outcome.Totals?.LogicalBytes ?? 0;
        var config = new BackupConfigDocument
        {
            StartedAt = claim.Started,
            CompletedAt = outcome.Completed,
            Id = claim.BackupId,
            Nodes = outcome.Nodes.ToImmutableDictionary(
                node => node.Node, _ => new BackupConfigNode(outcome.Collections, "SUCCESS", "", bytes)),
            NodeMapping = ImmutableDictionary<string, string>.Empty,
            Status = "SUCCESS",
            Version = Repository.Format,
            ServerVersion = outcome.Producer,
            Leader = claim.Coordinator.Node,
            Error = "",
            PreCompressionSizeBytes = bytes,
            CompressionType = "none",
        };
        try
        {
            await repository.Documents
                .TryCreateAsync(
                    RepositoryLayout.BackupConfig(claim.BackupId), config, DocumentJsonContext.Default.BackupConfigDocument, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // Convenience only: the outcome says that the backup is good, and it is.
        }

        await AttemptWork.RemoveAsync(repository, claim.BackupId, claim.Attempt).ConfigureAwait(false);
    }

    private static string CutKindOf(IReadOnlyList<NodeDocument> nodes, ImmutableArray<NodeReference> references)
    {
        long? instant = nodes[0].Cut.Instant;
        for (int index = 1; index < nodes.Count; index++)
        {
            if (nodes[index].Cut.Instant != instant)
            {
                throw BackupException.Corrupted(
                    references[index].Key,
                    $"node '{nodes[index].Node}' cut at instant {nodes[index].Cut.Instant?.ToString() ?? "of its own"}, node '{nodes[0].Node}' at "
                    + (instant?.ToString() ?? "one of its own"));
            }
        }

        return instant is null ? CutKind.PerNode : CutKind.Causal;
    }
}
