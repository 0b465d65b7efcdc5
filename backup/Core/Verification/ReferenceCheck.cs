using System.IO.Hashing;
using System.Runtime.InteropServices;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Verification;

/// <summary>
/// Reads a backup's documents back and checks that they agree, that no two nodes hold the same, and that all objects they name exist with their
/// lengths.
/// </summary>
/// <remarks>
/// Objects are remembered by the hashes of their keys: a large cluster's backup has tens of millions. That nobody can bring about two keys with one
/// hash by accident is enough, because all documents are the nodes' own.
/// </remarks>
internal sealed class ReferenceCheck(Repository repository)
{
    private readonly BackupReader _reader = new(repository);
    private readonly Dictionary<UInt128, long> _expected = [];
    private readonly Dictionary<UInt128, NodeReference> _keyspaces = [];

    /// <summary>Checks what hangs on these node documents, all of one attempt.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: names the first object that is missing or wrong.</exception>
    public async Task<IReadOnlyList<NodeDocument>> RunAsync(
        string id, int attempt, IReadOnlyList<NodeReference> references, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeDocument> nodes = await _reader.ReadNodesAsync(references, cancellationToken).ConfigureAwait(false);
        foreach ((NodeDocument node, NodeReference reference) in nodes.Zip(references))
        {
            await CollectAsync(node, reference, cancellationToken).ConfigureAwait(false);
        }

        await StrikeOutAsync(RepositoryLayout.DataPrefix, cancellationToken).ConfigureAwait(false);
        await StrikeOutAsync(RepositoryLayout.Attempt(id, attempt), cancellationToken).ConfigureAwait(false);
        if (_expected.Count > 0)
        {
            throw await DescribeMissingAsync(nodes, cancellationToken).ConfigureAwait(false);
        }

        return nodes;
    }

    private async Task CollectAsync(NodeDocument node, NodeReference reference, CancellationToken cancellationToken)
    {
        foreach (PackReference pack in node.Packs)
        {
            _expected[HashOf(pack.Key)] = pack.Bytes;
        }

        await foreach ((_, Task<ShardDocument> reading) in _reader.ReadShardsAsync(node.Shards, cancellationToken).ConfigureAwait(false))
        {
            ShardDocument shard = await reading.ConfigureAwait(false);
            foreach (string keyspace in shard.Keyspaces)
            {
                Claim(keyspace, reference);
            }

            foreach ((string key, long length) in ObjectsOf(shard))
            {
                _expected[HashOf(key)] = length;
            }
        }

        Int128 files = node.Shards.Aggregate((Int128)0, (sum, shard) => sum + shard.Files);
        Int128 bytes = node.Shards.Aggregate((Int128)0, (sum, shard) => sum + shard.Bytes);
        if (files != node.Totals.Files || bytes != node.Totals.LogicalBytes)
        {
            throw BackupException.Corrupted(
                reference.Key, $"its totals are {node.Totals.Files} files of {node.Totals.LogicalBytes} bytes, its shards have {files} of {bytes}");
        }
    }

    /// <summary>A keyspace is of one node; only what belongs to the whole of a collection with shards is the same on all.</summary>
    private void Claim(string keyspace, NodeReference node)
    {
        KeyspaceAddress address = KeyspaceAddress.Parse(keyspace);
        if (address is { Shard.Length: 0, IsWholeCollection: false })
        {
            return;
        }

        if (!_keyspaces.TryAdd(HashOf(keyspace), node))
        {
            throw BackupException.Corrupted(
                node.Key, $"it has keyspace '{keyspace}', and so has node '{_keyspaces[HashOf(keyspace)].Node}': a shard lives on one node");
        }
    }

    private async Task StrikeOutAsync(string prefix, CancellationToken cancellationToken)
    {
        await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            UInt128 hash = HashOf(entry.Key);
            if (_expected.TryGetValue(hash, out long length) && length == entry.Length)
            {
                _expected.Remove(hash);
            }
        }
    }

    /// <summary>Reads the documents once more for the name of what is missing.</summary>
    private async Task<BackupException> DescribeMissingAsync(IReadOnlyList<NodeDocument> nodes, CancellationToken cancellationToken)
    {
        foreach (NodeDocument node in nodes)
        {
            IEnumerable<(string Key, long Length)> objects = node.Packs.Select(pack => (pack.Key, pack.Bytes));
            await foreach ((_, Task<ShardDocument> reading) in _reader.ReadShardsAsync(node.Shards, cancellationToken).ConfigureAwait(false))
            {
                objects = objects.Concat(ObjectsOf(await reading.ConfigureAwait(false)));
            }

            if (objects.FirstOrDefault(item => _expected.ContainsKey(HashOf(item.Key))) is { Key: not null } missing)
            {
                return BackupException.Corrupted(missing.Key, $"it is missing or has not {missing.Length} bytes");
            }
        }

        return BackupException.Corrupted(nodes[0].Node, $"{_expected.Count} of the objects that the backup names are missing");
    }

    private static IEnumerable<(string Key, long Length)> ObjectsOf(ShardDocument shard) =>
        shard.Files
            .SelectMany(file => file.Extents)
            .Where(extent => extent is { Key: not null, StoredLen: not null })
            .Select(extent => (extent.Key!, extent.StoredLen!.Value));

    private static UInt128 HashOf(string key) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(key.AsSpan()));
}
