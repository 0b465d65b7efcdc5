using Basalt.Engine;
using Basalt.Server.Index;
using Basalt.Server.Objects;

namespace Basalt.Server.Shards;

/// <summary>The memory that a commit works in. Not thread-safe.</summary>
internal sealed class CommitBuffers : IDisposable
{
    /// <summary>What goes into the database next.</summary>
    public WriteBatch Batch { get; } = new();

    /// <summary>Index entries that go with it.</summary>
    public IndexChanges Changes { get; } = new();

    /// <summary>Objects in the batch.</summary>
    public HashSet<Guid> IdsInBatch { get; } = [];

    /// <summary>Lengths of vectors that objects in the batch are the first to have.</summary>
    public Dictionary<string, int> NewVectorLengths { get; } = new(StringComparer.Ordinal);

    /// <summary>The stored record of the object in work.</summary>
    public PooledBuffer Previous { get; } = new();

    /// <summary>The index entries of that record.</summary>
    public IndexEntryBuffer PreviousEntries { get; } = new();

    /// <summary>Derives them.</summary>
    public PropertiesEncoder PreviousEncoder { get; } = new();

    /// <summary>Bytes of the batch and of the index entries that go with it.</summary>
    public long ByteCount => (long)Batch.Length + Changes.ByteCount;

    /// <summary>Bytes held, about.</summary>
    public long Capacity { get; private set; }

    /// <summary>Forgets the batch and keeps the memory.</summary>
    public void Clear()
    {
        Capacity = Math.Max(Capacity, ByteCount + Previous.Length + PreviousEntries.ByteCount);
        Batch.Clear();
        Changes.Clear();
        IdsInBatch.Clear();
        NewVectorLengths.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Changes.Dispose();
        Previous.Dispose();
        PreviousEntries.Dispose();
    }
}
