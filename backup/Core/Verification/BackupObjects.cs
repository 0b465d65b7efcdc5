using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Restoring;
using Basalt.Engine;

namespace Basalt.Backup.Verification;

/// <summary>
/// The objects of a backup according to its documents, which are checked on the way; a document that fails is reported and passed over.
/// </summary>
internal sealed class BackupObjects
{
    private readonly Dictionary<string, StoredObject> _objects = new(StringComparer.Ordinal);
    private readonly List<string> _documents = [];
    private readonly List<VerificationProblem> _problems = [];

    /// <summary>Extents and packs by key.</summary>
    public IReadOnlyDictionary<string, StoredObject> Objects => _objects;

    /// <summary>Node documents and shard lists, those that hold hashes of others last.</summary>
    public IReadOnlyList<string> Documents => _documents;

    public IReadOnlyList<VerificationProblem> Problems => _problems;

    public static async Task<BackupObjects> ReadAsync(
        Repository repository, ImmutableArray<NodeReference> nodes, CancellationToken cancellationToken)
    {
        var objects = new BackupObjects();
        var reader = new BackupReader(repository);
        foreach (NodeReference reference in nodes)
        {
            await objects.TryAsync(() => objects.AddAsync(reader, reference, cancellationToken)).ConfigureAwait(false);
        }

        return objects;
    }

    private async Task AddAsync(BackupReader reader, NodeReference reference, CancellationToken cancellationToken)
    {
        NodeDocument node = (await reader.ReadNodesAsync([reference], cancellationToken).ConfigureAwait(false))[0];
        var plan = new RestorePlan();
        plan.AddPacks(reference.Key, node.Packs);
        await foreach ((ShardReference shard, Task<ShardDocument> reading) in reader.ReadShardsAsync(node.Shards, cancellationToken).ConfigureAwait(false))
        {
            await TryAsync(async () =>
            {
                ShardDocument document = await reading.ConfigureAwait(false);
                plan.AddShard(shard.Key, document, document.Collection);
            }).ConfigureAwait(false);
            _documents.Add(shard.Key);
        }

        _documents.Add(reference.Key);
        Add(plan);
        if (node.Shards.Sum(shard => (long)shard.Files) != node.Totals.Files
            || node.Shards.Aggregate((Int128)0, (sum, shard) => sum + shard.Bytes) != node.Totals.LogicalBytes)
        {
            throw BackupException.Corrupted(reference.Key, "its totals are not those of its shards");
        }
    }

    private void Add(RestorePlan plan)
    {
        foreach (SegmentDownload segment in plan.Segments)
        {
            foreach ((string key, ExtentDigest digest) in segment.ExtentKeys.Zip(segment.Metadata.Extents))
            {
                _objects[key] = new StoredObject(key, new ExtentFrame(digest.Length, digest.XxHash128), [(0, digest)], StoredCrc: null);
            }
        }

        foreach (PackDownload pack in plan.Packs)
        {
            _objects[pack.Key] = new StoredObject(
                pack.Key, new ExtentFrame(pack.PayloadLength, 0), [.. pack.Segments.SelectMany(PartsOf)], pack.StoredCrc);
        }
    }

    private static IEnumerable<(long Offset, ExtentDigest Digest)> PartsOf(SegmentDownload segment)
    {
        long offset = segment.PackOffset;
        foreach (ExtentDigest digest in segment.Metadata.Extents)
        {
            yield return (offset, digest);
            offset += digest.Length;
        }
    }

    private async Task TryAsync(Func<Task> read)
    {
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (BackupException damaged) when (damaged is { Error: BackupError.Corrupted or BackupError.UnsupportedFormat, ObjectKey: { } key })
        {
            _problems.Add(new VerificationProblem(key, damaged.Message));
        }
    }
}
