using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// Finds extents of a new backup in the repository: through the documents of complete backups, newest first, and among what an
/// interrupted run of the same attempt uploaded. Content is never recognised by an object's name alone, except by the attempt that made
/// the name: with a collector running, whatever no document vouches for may be about to go.
/// </summary>
internal sealed class ExtentFinder(Repository repository, BackupCatalog catalog, UploadNames names)
{
    /// <summary>Where the wanted contents are, as far as they are anywhere and their objects exist.</summary>
    public async Task<Dictionary<ContentId, StoredExtent>> FindAsync(
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        Dictionary<ContentId, StoredExtent> candidates = await FindInBackupsAsync(wanted, cancellationToken).ConfigureAwait(false);
        var byKey = candidates.ToDictionary(pair => pair.Value.Key, pair => pair.Key, StringComparer.Ordinal);
        var found = new Dictionary<ContentId, StoredExtent>();
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.DataPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (byKey.TryGetValue(entry.Key, out ContentId candidate))
            {
                if (entry.Length == candidates[candidate].StoredLength)
                {
                    found[candidate] = candidates[candidate];
                }
            }
            else if (IsOwn(entry.Key, out ContentId own)
                && wanted.TryGetValue(own, out ExtentDigest digest)
                && await IsIntactAsync(entry, digest, cancellationToken).ConfigureAwait(false))
            {
                found.TryAdd(own, new StoredExtent(entry.Key, entry.Length, IsOwn: true));
            }
        }

        return found;
    }

    private async Task<Dictionary<ContentId, StoredExtent>> FindInBackupsAsync(
        IReadOnlyDictionary<ContentId, ExtentDigest> wanted, CancellationToken cancellationToken)
    {
        var candidates = new Dictionary<ContentId, StoredExtent>();
        foreach (BackupRecord backup in await ListCompleteAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (ShardDocument shard in ReadShardsAsync(backup, cancellationToken).ConfigureAwait(false))
            {
                foreach (ExtentEntry entry in shard.Files.SelectMany(file => file.Extents))
                {
                    if (entry is { Key: { } key, StoredLen: { } stored, Codec: ExtentFrame.PlainCodec }
                        && ContentId.TryParse(entry.Id, out ContentId content)
                        && wanted.TryGetValue(content, out ExtentDigest digest)
                        && digest.Length == entry.Len
                        && entry.Crc32c == Hex.Format(digest.Crc32C))
                    {
                        candidates.TryAdd(content, new StoredExtent(key, stored, IsOwn: false));
                    }
                }
            }

            if (candidates.Count == wanted.Count)
            {
                break;
            }
        }

        return candidates;
    }

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

    private async IAsyncEnumerable<ShardDocument> ReadShardsAsync(
        BackupRecord backup, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new BackupReader(repository);
        IReadOnlyList<NodeDocument> nodes;
        try
        {
            nodes = await reader.ReadNodesAsync(backup.Outcome!.Nodes, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            yield break;
        }

        foreach (ShardReference reference in nodes.SelectMany(node => node.Shards))
        {
            ShardDocument shard;
            try
            {
                shard = await reader.ReadShardAsync(reference, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
            {
                continue;
            }

            yield return shard;
        }
    }

    private bool IsOwn(string key, out ContentId content) =>
        ContentId.TryParseName(RepositoryLayout.NameOf(key), out content, out ReadOnlySpan<char> uploadId) && names.Claim(uploadId);

    /// <summary>Objects appear whole or not at all, so length and header are enough to know what an own upload is.</summary>
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
