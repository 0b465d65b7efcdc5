using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Verification;

/// <summary>Reads a backup's documents back and checks that they agree, and that all objects they name exist with their lengths.</summary>
internal sealed class ReferenceCheck(Repository repository)
{
    /// <summary>Checks what hangs on these node documents, all of one attempt.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: names the first object that is missing or wrong.</exception>
    public async Task<IReadOnlyList<NodeDocument>> RunAsync(
        string id, int attempt, IReadOnlyList<NodeReference> references, CancellationToken cancellationToken)
    {
        var reader = new BackupReader(repository);
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        IReadOnlyList<NodeDocument> nodes = await reader.ReadNodesAsync(references, cancellationToken).ConfigureAwait(false);
        foreach ((NodeDocument node, NodeReference reference) in nodes.Zip(references))
        {
            await CollectAsync(reader, node, reference.Key, expected, cancellationToken).ConfigureAwait(false);
        }

        await StrikeOutAsync(RepositoryLayout.DataPrefix, expected, cancellationToken).ConfigureAwait(false);
        await StrikeOutAsync(RepositoryLayout.Attempt(id, attempt), expected, cancellationToken).ConfigureAwait(false);
        return expected.Count == 0
            ? nodes
            : throw BackupException.Corrupted(expected.First().Key, $"it is missing or has not {expected.First().Value} bytes");
    }

    private static async Task CollectAsync(
        BackupReader reader, NodeDocument node, string key, Dictionary<string, long> expected, CancellationToken cancellationToken)
    {
        foreach (PackReference pack in node.Packs)
        {
            expected[pack.Key] = pack.Bytes;
        }

        int files = 0;
        long bytes = 0;
        await foreach ((ShardReference reference, Task<ShardDocument> reading) in reader.ReadShardsAsync(node.Shards, cancellationToken).ConfigureAwait(false))
        {
            ShardDocument shard = await reading.ConfigureAwait(false);
            files += reference.Files;
            bytes += reference.Bytes;
            foreach (ExtentEntry extent in shard.Files.SelectMany(file => file.Extents))
            {
                if (extent is { Key: { } data, StoredLen: { } length })
                {
                    expected[data] = length;
                }
            }
        }

        if (files != node.Totals.Files || bytes != node.Totals.LogicalBytes)
        {
            throw BackupException.Corrupted(
                key, $"its totals are {node.Totals.Files} files of {node.Totals.LogicalBytes} bytes, its shards have {files} of {bytes}");
        }
    }

    private async Task StrikeOutAsync(string prefix, Dictionary<string, long> expected, CancellationToken cancellationToken)
    {
        await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (expected.TryGetValue(entry.Key, out long length) && length == entry.Length)
            {
                expected.Remove(entry.Key);
            }
        }
    }
}
