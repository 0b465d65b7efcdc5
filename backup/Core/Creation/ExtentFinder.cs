using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.GarbageCollection;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// Finds extents of a new backup in the repository: through documents, and among what an interrupted run of the same attempt uploaded.
/// Content is never recognised by an object's name alone, except by the attempt that made the name: with a collector running, whatever no
/// document vouches for may be about to go.
/// </summary>
internal sealed class ExtentFinder(Repository repository, BackupCatalog catalog, UploadNames names, IntentJournal journal)
{
    /// <summary>What kept extents from being shared, for the node document.</summary>
    public ImmutableArray<string> Warnings { get; private set; } = [];

    /// <summary>
    /// Where the wanted contents are, as far as they are anywhere. The objects exist, and from now on no collector removes them before the
    /// attempt has its outcome: they were journaled first, then compared with all plans, then seen.
    /// </summary>
    public async Task<IReadOnlyDictionary<ContentId, StoredExtent>> FindAsync(
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<ContentId, StoredExtent>();
        if (wanted.Count == 0)
        {
            return found;
        }

        var search = new ExtentCandidates(repository, catalog, names.AttemptUlid);
        Dictionary<ContentId, ExtentCandidate> candidates = await search.FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        await journal
            .WriteAsync(candidates.Select(pair => new JournalEntry(pair.Key.Name, pair.Value.Key, JournalEntry.Reuse)), cancellationToken)
            .ConfigureAwait(false);
        CondemnedObjects condemned = await new GarbagePlans(repository).ReadCondemnedAsync(cancellationToken).ConfigureAwait(false);
        if (condemned.UnreadablePlan is { } plan)
        {
            Warnings = [$"Nothing was shared with other backups, because the collector's plan '{plan}' is damaged. Remove it once no collector runs."];
        }

        // A plan is forgotten once its objects are gone. If the store then carries out an old put again, an object may be there that was
        // condemned, so whoever vouched for it has to do so still.
        Dictionary<ContentId, ExtentCandidate> confirmed =
            candidates.Count == 0 ? candidates : await search.FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        var byKey = candidates
            .Where(pair => !condemned.Contains(pair.Value.Key)
                && confirmed.TryGetValue(pair.Key, out ExtentCandidate again)
                && again == pair.Value)
            .ToDictionary(pair => pair.Value.Key, pair => pair.Key, StringComparer.Ordinal);

        var unknown = new List<(ContentId Content, BackendEntry Entry, bool IsOwn)>();
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.DataPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (byKey.TryGetValue(entry.Key, out ContentId content))
            {
                if (!candidates[content].IsVouchedFor)
                {
                    unknown.Add((content, entry, IsOwn: false));
                }
                else if (entry.Length == candidates[content].StoredLength)
                {
                    found[content] = new StoredExtent(entry.Key, entry.Length, IsOwn: false);
                }
            }
            else if (IsOwn(entry.Key, out ContentId own) && wanted.ContainsKey(own) && !condemned.Contains(entry.Key))
            {
                unknown.Add((own, entry, IsOwn: true));
            }
        }

        await Parallel.ForEachAsync(
            unknown,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Options.Parallelism, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                if (await IsIntactAsync(item.Entry, wanted[item.Content], token).ConfigureAwait(false))
                {
                    found.TryAdd(item.Content, new StoredExtent(item.Entry.Key, item.Entry.Length, item.IsOwn));
                }
            }).ConfigureAwait(false);
        return found;
    }

    private bool IsOwn(string key, out ContentId content) =>
        ContentId.TryParseName(RepositoryLayout.NameOf(key), out content, out ReadOnlySpan<char> uploadId) && names.Claim(uploadId);

    /// <summary>Objects appear whole or not at all, so length and header are enough to know what an upload is.</summary>
    private async Task<bool> IsIntactAsync(BackendEntry entry, ExtentDigest digest, CancellationToken cancellationToken)
    {
        var expected = new ExtentFrame(digest.Length, digest.XxHash128);
        if (entry.Length != expected.StoredLength)
        {
            return false;
        }

        Stream? stream = await repository.Backend
            .OpenReadAsync(entry.Key, 0, ExtentFrame.HeaderLength, cancellationToken)
            .ConfigureAwait(false);
        if (stream is null)
        {
            return false;
        }

        await using (stream.ConfigureAwait(false))
        {
            byte[] header = new byte[ExtentFrame.HeaderLength];
            await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            try
            {
                return ExtentFrame.Parse(entry.Key, header) == expected;
            }
            catch (BackupException)
            {
                return false;
            }
        }
    }
}
