using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>Writes the documents of one node's part: shard lists, then the node document that holds their hashes.</summary>
internal sealed class NodeWriter(Repository repository, ShareIdentity share)
{
    /// <summary>Writes all; the uploads of the plan are done.</summary>
    public async Task<NodeReference> WriteAsync(
        Guid storeId,
        CutEntry cut,
        TimingsEntry timings,
        IEnumerable<string> keyspaces,
        BackupPlan plan,
        ImmutableArray<string> warnings,
        CancellationToken cancellationToken)
    {
        string name = repository.Options.NodeName;
        var node = new NodeDocument
        {
            Node = name,
            StoreId = storeId,
            EngineVersion = typeof(Database).Assembly.GetName().Version?.ToString(3) ?? "0",
            Cut = cut,
            Shards = await WriteShardsAsync(keyspaces, plan, cancellationToken).ConfigureAwait(false),
            Packs = [.. plan.Packs.Select(ToReference)],
            Totals = plan.Totals,
            Timings = timings,
            Warnings = warnings,
        };
        byte[] bytes = DocumentCodec.Seal(node, DocumentJsonContext.Default.NodeDocument);
        string key = RepositoryLayout.Node(share.BackupId, share.Attempt, name);
        return await repository.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false)
            ? new NodeReference(name, key, DocumentCodec.Hash(bytes))
            : throw BackupException.Corrupted(key, "another run of this attempt wrote it");
    }

    private async Task<ImmutableArray<ShardReference>> WriteShardsAsync(
        IEnumerable<string> keyspaces, BackupPlan plan, CancellationToken cancellationToken)
    {
        ILookup<string, PlannedSegment> segments = plan.Segments.ToLookup(segment => segment.Source.Keyspace, StringComparer.Ordinal);
        ShardDocument[] shards =
        [
            .. from keyspace in keyspaces
               let address = KeyspaceAddress.Parse(keyspace)
               group keyspace by (address.Collection, address.Shard) into shard
               orderby shard.Key.Collection, shard.Key.Shard
               select new ShardDocument
               {
                   Collection = shard.Key.Collection,
                   Shard = shard.Key.Shard,
                   Keyspaces = [.. shard],
                   Files = [.. shard.SelectMany(keyspace => segments[keyspace]).Select(ToEntry)],
               },
        ];
        var references = new ShardReference[shards.Length];
        await Parallel.ForAsync(
            0,
            shards.Length,
            new ParallelOptions { MaxDegreeOfParallelism = repository.DocumentsAtATime, CancellationToken = cancellationToken },
            async (index, token) => references[index] = await WriteShardAsync(shards[index], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. references];
    }

    private async Task<ShardReference> WriteShardAsync(ShardDocument shard, CancellationToken cancellationToken)
    {
        byte[] bytes = DocumentCodec.Compress(shard, DocumentJsonContext.Default.ShardDocument);
        string key = RepositoryLayout.Shard(
            share.BackupId, share.Attempt, repository.Options.NodeName, Ulid.Create(repository.Options.TimeProvider));
        if (!await repository.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false))
        {
            throw BackupException.Corrupted(key, "another object took its name");
        }

        return new ShardReference
        {
            Collection = shard.Collection,
            Shard = shard.Shard,
            Key = key,
            Sha256 = DocumentCodec.Hash(bytes),
            Files = shard.Files.Length,
            Bytes = shard.Files.Sum(file => file.Size),
            SeqMax = shard.Files.Select(file => file.SeqMax).DefaultIfEmpty().Max(),
        };
    }

    private static PackReference ToReference(PlannedPack pack) =>
        new(pack.Key, Hex.Format(pack.StoredCrc ?? throw new InvalidOperationException($"Pack '{pack.Key}' was not uploaded.")), pack.Frame.StoredLength);

    private static FileEntry ToEntry(PlannedSegment segment)
    {
        SegmentMetadata metadata = segment.Source.Metadata;
        return new FileEntry
        {
            OriginId = metadata.Origin.ToString(),
            Keyspace = segment.Source.Keyspace,
            Level = segment.Source.Level,
            Size = metadata.Length,
            Digest = ContentId.FormatDigest(metadata.Digest),
            SeqMin = metadata.SmallestSequence,
            SeqMax = metadata.LargestSequence,
            KeyMin = metadata.SmallestKey.ToArray(),
            KeyMax = metadata.LargestKey.ToArray(),
            Entries = metadata.EntryCount,
            Tombstones = metadata.TombstoneCount,
            RawBytes = metadata.RawBytes,
            Extents = [.. metadata.Extents.Select((digest, index) => ToEntry(segment, digest, index))],
            Pack = segment.Pack is null ? null : new PackSlice(segment.Pack.Key, segment.PackOffset, metadata.Length),
        };
    }

    private static ExtentEntry ToEntry(PlannedSegment segment, ExtentDigest digest, int index)
    {
        bool isPacked = segment.Pack is not null;
        return new ExtentEntry
        {
            Id = new ContentId(segment.Source.Metadata.Origin, index, digest.XxHash128).Name,
            Len = digest.Length,
            Crc32c = Hex.Format(digest.Crc32C),
            Key = isPacked ? null : segment.Extents[index].Key,
            StoredLen = isPacked ? null : new ExtentFrame(digest.Length, digest.XxHash128).StoredLength,
            Codec = isPacked ? null : ExtentFrame.PlainCodec,
        };
    }
}
