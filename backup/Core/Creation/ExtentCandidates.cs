using System.Runtime.CompilerServices;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// Looks for wanted contents in documents: those of complete backups, newest first, and the journals of attempts that failed, so that a
/// backup tried again after a failure costs no more than one resumed.
/// </summary>
/// <remarks>
/// In a backup of many nodes, what this database wrote is in the documents of this node, unless it was restored elsewhere meanwhile. So the
/// others are read only for contents that were born elsewhere: with a thousand nodes, each would otherwise read a thousand times its own.
/// </remarks>
internal sealed class ExtentCandidates(Repository repository, BackupCatalog catalog, Guid database, string uploadUlid)
{
    public async Task<Dictionary<ContentId, ExtentCandidate>> FindAsync(
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted, CancellationToken cancellationToken)
    {
        var candidates = new Dictionary<ContentId, ExtentCandidate>();
        foreach (BackupRecord backup in await ListCompleteAsync(cancellationToken).ConfigureAwait(false))
        {
            bool hasOwnNode = false;
            foreach (NodeReference node in backup.Outcome!.Nodes.OrderByDescending(IsOwn))
            {
                if (hasOwnNode && wanted.Keys.All(content => content.Origin.DatabaseId == database || candidates.ContainsKey(content)))
                {
                    break;
                }

                hasOwnNode |= IsOwn(node);
                await foreach (ShardDocument shard in ReadShardsAsync(node, cancellationToken).ConfigureAwait(false))
                {
                    Add(shard, wanted, candidates);
                }
            }

            if (candidates.Count == wanted.Count)
            {
                return candidates;
            }
        }

        await AddJournaledAsync(wanted, candidates, cancellationToken).ConfigureAwait(false);
        return candidates;
    }

    private static void Add(
        ShardDocument shard, IReadOnlyDictionary<ContentId, ExtentDigest> wanted, Dictionary<ContentId, ExtentCandidate> candidates)
    {
        foreach (ExtentEntry entry in shard.Files.SelectMany(file => file.Extents))
        {
            if (entry is { Key: { } key, StoredLen: { } stored, Codec: ExtentFrame.PlainCodec }
                && ContentId.TryParse(entry.Id, out ContentId content)
                && wanted.TryGetValue(content, out ExtentDigest digest)
                && digest.Length == entry.Len
                && entry.Crc32c == Hex.Format(digest.Crc32C)
                && IsData(key))
            {
                candidates.TryAdd(content, new ExtentCandidate(key, stored, IsVouchedFor: true));
            }
        }
    }

    /// <summary>Only keys of extents are worth a look, and others may be no keys at all.</summary>
    private static bool IsData(string key) => ObjectKey.IsValid(key) && key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal);

    private async Task AddJournaledAsync(
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted, Dictionary<ContentId, ExtentCandidate> candidates, CancellationToken cancellationToken)
    {
        await foreach (JournalDocument journal in ReadJournalsAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (JournalEntry entry in journal.Entries.Where(entry => entry.Mode == JournalEntry.New))
            {
                if (ContentId.TryParse(entry.Id, out ContentId content) && wanted.TryGetValue(content, out ExtentDigest digest) && IsData(entry.Key))
                {
                    candidates.TryAdd(
                        content,
                        new ExtentCandidate(entry.Key, new ExtentFrame(digest.Length, digest.XxHash128).StoredLength, IsVouchedFor: false));
                }
            }
        }
    }

    /// <summary>The journals of attempts that have ended; this one's own uploads are known by their names.</summary>
    private async IAsyncEnumerable<JournalDocument> ReadJournalsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ended = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.WorkPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (!RepositoryLayout.TryParseWork(entry.Key, out string id, out int attempt, out string rest)
                || RepositoryLayout.ParseNumber(RepositoryLayout.NameOf(rest), RepositoryLayout.JournalPrefix) == 0)
            {
                continue;
            }

            if (!ended.TryGetValue(id, out HashSet<int>? attempts))
            {
                ended[id] = attempts = await ListEndedAsync(id, cancellationToken).ConfigureAwait(false);
            }

            if (!attempts.Contains(attempt))
            {
                continue;
            }

            JournalDocument? journal;
            try
            {
                journal = await repository.Documents
                    .TryReadAsync(entry.Key, DocumentJsonContext.Default.JournalDocument, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
            {
                // It would only have saved uploads.
                continue;
            }

            if (journal is not null && journal.AttemptUlid != uploadUlid)
            {
                yield return journal;
            }
        }
    }

    private async Task<HashSet<int>> ListEndedAsync(string id, CancellationToken cancellationToken) =>
        [
            .. (await catalog.ListAttemptsAsync(id, cancellationToken).ConfigureAwait(false))
                .Where(attempt => attempt is { HasOutcome: true, IsDeleted: false })
                .Select(attempt => attempt.Number),
        ];

    private async Task<List<BackupRecord>> ListCompleteAsync(CancellationToken cancellationToken)
    {
        var complete = new List<BackupRecord>();
        await foreach (string id in catalog.ListIdsAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { IsRestorable: true } backup)
                {
                    complete.Add(backup);
                }
            }
            catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
            {
                // A damaged backup lends nothing; it must not keep new ones from being made.
            }
        }

        complete.Sort((left, right) => right.Outcome!.Completed.CompareTo(left.Outcome!.Completed));
        return complete;
    }

    private bool IsOwn(NodeReference node) => node.Node == repository.Options.NodeName;

    private async IAsyncEnumerable<ShardDocument> ReadShardsAsync(
        NodeReference node, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new BackupReader(repository);
        IReadOnlyList<NodeDocument> nodes;
        try
        {
            nodes = await reader.ReadNodesAsync([node], cancellationToken).ConfigureAwait(false);
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            yield break;
        }

        IEnumerable<ShardReference> references = nodes.SelectMany(node => node.Shards);
        await foreach ((_, Task<ShardDocument> reading) in reader.ReadShardsAsync(references, cancellationToken).ConfigureAwait(false))
        {
            ShardDocument shard;
            try
            {
                shard = await reading.ConfigureAwait(false);
            }
            catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
            {
                continue;
            }

            yield return shard;
        }
    }
}
