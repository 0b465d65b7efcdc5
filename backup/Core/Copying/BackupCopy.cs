using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;
using Basalt.Backup.GarbageCollection;
using Basalt.Backup.Naming;
using Basalt.Backup.Transfers;
using Basalt.Backup.Verification;

namespace Basalt.Backup.Copying;

/// <summary>
/// Copies a complete backup, name by name and byte by byte, into another repository. Nothing in it is rewritten, so its root is the proof.
/// The order is that of a creation: claim, journal, plans, objects, documents, and the outcome last.
/// </summary>
/// <remarks>
/// A copy brings back names that the target may have had before and deleted, which nothing else does. It therefore refuses names that a plan
/// in the target condemns; collectors keep plans for a day after the last of their objects went, and stop deleting an hour after they looked
/// what is needed.
/// </remarks>
internal sealed class BackupCopy(Repository source, BackupRepository target, BackupRecord backup)
{
    private readonly Repository _target = target.Store;
    private int _copied;
    private int _present;
    private long _bytes;

    public async Task<CopyReport> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        BackupObjects contents =
            await BackupObjects.ReadAsync(source, backup.Outcome!.Nodes, cancellationToken).ConfigureAwait(false);
        if (contents.Problems is [var damage, ..])
        {
            throw new BackupException(BackupError.Corrupted, damage.Message, backup.Id, damage.ObjectKey);
        }

        await _target.OpenForWritingAsync(cancellationToken).ConfigureAwait(false);
        await ClaimAsync(cancellationToken).ConfigureAwait(false);
        var heartbeat = new Heartbeat(_target, backup.Id, backup.Attempt, cancellationToken);
        await using (heartbeat.ConfigureAwait(false))
        {
            await JournalAsync(contents, cancellationToken).ConfigureAwait(false);
            var count = new TransferCount(progress, contents.Objects.Count, contents.Objects.Values.Sum(item => item.Frame.StoredLength));
            await Parallel.ForEachAsync(
                contents.Objects.Values,
                new ParallelOptions { MaxDegreeOfParallelism = _target.Options.Parallelism, CancellationToken = cancellationToken },
                async (item, token) =>
                {
                    await CopyAsync(item, token).ConfigureAwait(false);
                    count.Add(item.Frame.StoredLength);
                }).ConfigureAwait(false);
            foreach (string key in contents.Documents)
            {
                await CopyDocumentAsync(key, cancellationToken).ConfigureAwait(false);
            }

            await new ReferenceCheck(_target)
                .RunAsync(backup.Id, backup.Attempt, backup.Outcome.Nodes, cancellationToken)
                .ConfigureAwait(false);
            OutcomeDocument outcome =
                await target.Catalog.DecideAsync(backup.Id, backup.Attempt, backup.Outcome, cancellationToken).ConfigureAwait(false);
            if (outcome.Root != backup.Outcome.Root)
            {
                throw new BackupException(
                    BackupError.NotRestorable,
                    $"The copy of backup '{backup.Id}' was declared {outcome.State} by node '{outcome.By.Node}': {outcome.Reason} Copy it to another path.",
                    backup.Id);
            }
        }

        await AttemptWork.RemoveAsync(_target, backup.Id, backup.Attempt).ConfigureAwait(false);
        return new CopyReport { Backup = backup.ToSummary(), ObjectsCopied = _copied, BytesCopied = _bytes, ObjectsPresent = _present };
    }

    /// <summary>Claims the same attempt with the same bytes: a copy that was interrupted goes on.</summary>
    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        var claims = new AttemptClaims(_target, target.Catalog);
        AttemptMarks? newest = await target.Catalog.FindNewestAsync(backup.Id, cancellationToken).ConfigureAwait(false);
        bool isFree = newest is not { } known || known.Number < backup.Attempt
            ? newest is null or { IsDeleted: true }
            : known.Number == backup.Attempt && !known.IsDeleted;
        if (!isFree || !await claims.TryClaimAsync(backup.Claim, cancellationToken).ConfigureAwait(false))
        {
            throw new BackupException(
                BackupError.AlreadyExists,
                $"Another backup '{backup.Id}' exists or existed at '{_target.Backend.Location(backup.Id)}'. Copy to another path.",
                backup.Id);
        }
    }

    private async Task JournalAsync(BackupObjects contents, CancellationToken cancellationToken)
    {
        string[] extents = [.. contents.Objects.Keys.Where(key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal))];
        await new IntentJournal(_target, ShareIdentity.OfAll(backup.Claim))
            .WriteAsync(
                extents.Select(key => new JournalEntry(ContentOf(key), key, JournalEntry.New)), cancellationToken)
            .ConfigureAwait(false);
        CondemnedObjects condemned = await new GarbagePlans(_target).ReadCondemnedAsync(cancellationToken).ConfigureAwait(false);
        string? refused = extents.FirstOrDefault(condemned.Contains);
        if (refused is not null)
        {
            throw new BackupException(
                BackupError.InProgress,
                $"Backup '{backup.Id}' cannot be copied to '{_target.Backend.Location("")}' now: a collector there condemned '{refused}', which an "
                + "earlier copy had brought. Collect garbage again a day later, or copy to another path.",
                backup.Id,
                refused);
        }
    }

    private static string ContentOf(string key) =>
        ContentId.TryParseName(RepositoryLayout.NameOf(key), out ContentId content, out _)
            ? content.Name
            : throw BackupException.Corrupted(key, "its name is not that of an extent");

    private async Task CopyAsync(StoredObject item, CancellationToken cancellationToken)
    {
        ObjectContent content = await RelayedObject.OpenAsync(source, item, cancellationToken).ConfigureAwait(false);
        if (await _target.Backend.TryPutAsync(item.Key, content, cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _copied);
            Interlocked.Add(ref _bytes, content.Length);
            return;
        }

        // Another backup shares it there, or an earlier try brought it. Names are unique, but trust is no proof.
        await new ObjectCheck(_target).ReadEndsAsync(item, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _present);
    }

    private async Task CopyDocumentAsync(string key, CancellationToken cancellationToken)
    {
        byte[] bytes = await source.Documents.TryReadBytesAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it is missing");
        if (!await _target.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false))
        {
            throw BackupException.Corrupted(key, "another object took its name in the target");
        }
    }
}
