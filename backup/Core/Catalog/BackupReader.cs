using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Basalt.Backup.Documents;

namespace Basalt.Backup.Catalog;

/// <summary>Reads the documents of a complete backup, each checked against the hash that the one above it holds.</summary>
internal sealed class BackupReader(Repository repository)
{
    /// <summary>SHA-256 over the hashes of the node documents, in order.</summary>
    public static string RootOf(IEnumerable<NodeReference> nodes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(nodes.Select(node => node.Sha256)))));

    public async Task<IReadOnlyList<NodeDocument>> ReadNodesAsync(
        IReadOnlyList<NodeReference> references, CancellationToken cancellationToken)
    {
        var nodes = new NodeDocument[references.Count];
        await Parallel.ForAsync(
            0,
            nodes.Length,
            new ParallelOptions { MaxDegreeOfParallelism = repository.DocumentsAtATime, CancellationToken = cancellationToken },
            async (index, token) => nodes[index] = await ReadNodeAsync(references[index], token).ConfigureAwait(false)).ConfigureAwait(false);
        return nodes;
    }

    /// <summary>Reads shard lists, some of them ahead of the one that is waited for, in their order.</summary>
    /// <returns>The lists; each task fails with <see cref="BackupException"/> by itself.</returns>
    public async IAsyncEnumerable<(ShardReference Reference, Task<ShardDocument> Reading)> ReadShardsAsync(
        IEnumerable<ShardReference> references, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<(ShardReference Reference, Task<ShardDocument> Reading)>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (ShardReference reference in references)
            {
                if (ahead.Count == repository.DocumentsAtATime)
                {
                    yield return ahead.Dequeue();
                }

                ahead.Enqueue((reference, ReadShardAsync(reference, end.Token)));
            }

            while (ahead.TryDequeue(out (ShardReference, Task<ShardDocument>) next))
            {
                yield return next;
            }
        }
        finally
        {
            // What the caller did not come to: nobody else would look how it ended.
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(ahead.Select(Task (shard) => shard.Reading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<NodeDocument> ReadNodeAsync(NodeReference reference, CancellationToken cancellationToken)
    {
        NodeDocument node = await repository.Documents
            .ReadAsync(reference.Key, reference.Sha256, DocumentJsonContext.Default.NodeDocument, cancellationToken)
            .ConfigureAwait(false);
        RequireKeys(reference.Key, node.Shards.Select(shard => shard.Key).Concat(node.Packs.Select(pack => pack.Key)));
        return node;
    }

    private async Task<ShardDocument> ReadShardAsync(ShardReference reference, CancellationToken cancellationToken)
    {
        ShardDocument shard = await repository.Documents
            .ReadCompressedAsync(reference.Key, reference.Sha256, DocumentJsonContext.Default.ShardDocument, cancellationToken)
            .ConfigureAwait(false);
        bool matches = shard.Collection == reference.Collection
            && shard.Shard == reference.Shard
            && shard.Files.Length == reference.Files
            && shard.Files.All(file => file.Size >= 0)
            && shard.Files.Aggregate((UInt128)0, (sum, file) => sum + (UInt128)file.Size) == (UInt128)Math.Max(0, reference.Bytes);
        return matches
            ? shard
            : throw BackupException.Corrupted(reference.Key, "its shard, number of files or bytes are not those of the node document");
    }

    /// <summary>What a document names is read from the store, and stores take no other keys.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: the document names what cannot be an object.</exception>
    public static void RequireKeys(string document, IEnumerable<string> keys)
    {
        if (keys.FirstOrDefault(key => !ObjectKey.IsValid(key)) is { } invalid)
        {
            throw BackupException.Corrupted(document, $"it names '{invalid[..Math.Min(invalid.Length, 100)]}', which is no key of an object");
        }
    }
}
