using System.Collections.Concurrent;

namespace Basalt.Server.Shards;

/// <summary>
/// Buffers of commits for all shards together: there may be thousands of shards, but only a few commits work at a time.
/// </summary>
internal sealed class CommitBufferPool
{
    // An unusually large object must not stay in memory for good.
    private const int MaxCapacity = 32 << 20;

    private readonly ConcurrentBag<CommitBuffers> _pooled = [];

    /// <summary>Takes empty buffers.</summary>
    public CommitBuffers Rent() => _pooled.TryTake(out CommitBuffers? buffers) ? buffers : new CommitBuffers();

    /// <summary>Gives buffers back, whatever a failed commit left in them.</summary>
    public void Return(CommitBuffers buffers)
    {
        buffers.Clear();
        if (buffers.Capacity <= MaxCapacity && _pooled.Count < Environment.ProcessorCount)
        {
            _pooled.Add(buffers);
        }
        else
        {
            buffers.Dispose();
        }
    }
}
