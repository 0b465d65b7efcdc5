using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

internal sealed partial class Shard
{
    /// <summary>Fixes lengths of vectors before there is an object that has them here, for the shards of a class that are on other nodes.</summary>
    /// <param name="lengths">What others want to write.</param>
    /// <param name="owner">The class.</param>
    /// <param name="cancellationToken">Stops the wait for the shard.</param>
    /// <returns>The length of each as it is now fixed, durably: what was wanted, or what it was before.</returns>
    /// <exception cref="RequestException">The class was deleted meanwhile, or the shard is read-only.</exception>
    public async Task<IReadOnlyList<int>> FixLengthsAsync(
        IReadOnlyList<(string Name, int Length)> lengths, StoredClass owner, CancellationToken cancellationToken)
    {
        int[] agreed = new int[lengths.Count];
        Task written;
        await _commitLock.WaitAsync(cancellationToken);
        try
        {
            RequireWritable(owner);
            written = FixLengths(lengths, agreed);
        }
        finally
        {
            _commitLock.Release();
        }

        await written;
        return agreed;
    }

    /// <summary>Requires: commit lock held.</summary>
    private Task FixLengths(IReadOnlyList<(string Name, int Length)> lengths, int[] agreed)
    {
        var batch = new WriteBatch();
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < agreed.Length; i++)
        {
            (string name, int length) = lengths[i];
            if (_vectorLengths.TryGetValue(name, out agreed[i]))
            {
                // Again: who fixed it may still wait for the disk, and what comes later in the log is durable later.
                ShardMetadata.WriteVectorLength(batch, Index, name, agreed[i]);
            }
            else if (!added.TryGetValue(name, out agreed[i]))
            {
                agreed[i] = _classLengths.TryHold([(name, length)])?.Known ?? length;
                if (agreed[i] == length)
                {
                    added.Add(name, length);
                    ShardMetadata.WriteVectorLength(batch, Index, name, length);
                }
            }
        }

        if (batch.Count == 0)
        {
            return Task.CompletedTask;
        }

        try
        {
            Task written = _database.WriteAsync(batch).AsTask();
            foreach ((string name, int length) in added)
            {
                _vectorLengths.Add(name, length);
            }

            return written;
        }
        catch
        {
            foreach (string name in added.Keys)
            {
                _classLengths.Release(name);
            }

            throw;
        }
    }
}
