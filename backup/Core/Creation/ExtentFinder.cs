using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.GarbageCollection;
using Basalt.Backup.Naming;
using Basalt.Backup.Verification;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// Finds extents of a new backup in the repository: through documents, and among what an interrupted run of the same attempt uploaded.
/// Content is never recognised by an object's name alone, except by the attempt that made the name: with a collector running, whatever no
/// document vouches for may be about to go.
/// </summary>
/// <remarks>
/// That extents exist is seen in a listing, a thousand with a request, and not asked for one by one. But of a repository that many nodes share all extents
/// are listed, and a node wants only its own: past some number it asks for those that are left.
/// </remarks>
internal sealed class ExtentFinder(Repository repository, ExtentCandidates search, UploadNames names, IntentJournal journal)
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
        (int least, int perAsked) = repository.Options.ListedExtents;
        long most = Math.Max(least, (long)byKey.Count * perAsked);
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.DataPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (most-- == 0)
            {
                await AskAsync(byKey, wanted, condemned, found, cancellationToken).ConfigureAwait(false);
                return found;
            }

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

    /// <summary>Asks for the objects that were not listed: shared ones, and those that an interrupted run of the attempt says it uploaded.</summary>
    private async Task AskAsync(
        Dictionary<string, ContentId> shared,
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted,
        CondemnedObjects condemned,
        ConcurrentDictionary<ContentId, StoredExtent> found,
        CancellationToken cancellationToken)
    {
        var asked = shared.Where(pair => !found.ContainsKey(pair.Value)).Select(pair => (pair.Key, Content: pair.Value, IsOwn: false)).ToList();
        foreach (string key in await journal.ReadOwnAsync(cancellationToken).ConfigureAwait(false))
        {
            if (IsOwn(key, out ContentId own) && wanted.ContainsKey(own) && !condemned.Contains(key))
            {
                asked.Add((key, own, IsOwn: true));
            }
        }

        var check = new ObjectCheck(repository);
        await Parallel.ForEachAsync(
            asked,
            new ParallelOptions { MaxDegreeOfParallelism = repository.DocumentsAtATime, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                ExtentDigest digest = wanted[item.Content];
                var frame = new ExtentFrame(digest.Length, digest.XxHash128);
                try
                {
                    await check.ReadEndsAsync(new StoredObject(item.Key, frame, [(0, digest)], StoredCrc: null), token).ConfigureAwait(false);
                    found.TryAdd(item.Content, new StoredExtent(item.Key, frame.StoredLength, item.IsOwn));
                }
                catch (BackupException gone) when (gone.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
                {
                    // Missing, or not what it should be: it is uploaded under another name.
                }
            }).ConfigureAwait(false);
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
