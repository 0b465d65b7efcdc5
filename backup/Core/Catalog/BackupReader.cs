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
        var nodes = new List<NodeDocument>();
        foreach (NodeReference reference in references)
        {
            NodeDocument node = await repository.Documents
                .ReadAsync(reference.Key, reference.Sha256, DocumentJsonContext.Default.NodeDocument, cancellationToken)
                .ConfigureAwait(false);
            nodes.Add(node);
        }

        return nodes;
    }

    public async Task<ShardDocument> ReadShardAsync(ShardReference reference, CancellationToken cancellationToken)
    {
        ShardDocument shard = await repository.Documents
            .ReadCompressedAsync(reference.Key, reference.Sha256, DocumentJsonContext.Default.ShardDocument, cancellationToken)
            .ConfigureAwait(false);
        bool matches = shard.Collection == reference.Collection
            && shard.Shard == reference.Shard
            && shard.Files.Length == reference.Files
            && shard.Files.Sum(file => file.Size) == reference.Bytes;
        return matches
            ? shard
            : throw BackupException.Corrupted(reference.Key, "its shard, number of files or bytes are not those of the node document");
    }
}
