using System.Runtime.InteropServices;
using Basalt.Server.Index;
using Basalt.Server.Objects;

namespace Basalt.Server.Shards;

/// <summary>
/// Objects that are encoded and on their way to a shard together. A large request is cut into several windows, so that its memory
/// does not grow with it. Not thread-safe.
/// </summary>
internal sealed class WriteWindow : IDisposable
{
    private readonly List<ObjectWrite> _writes = [];

    /// <summary>Records, one after the other.</summary>
    public PooledBuffer Records { get; } = new(64 << 10);

    /// <summary>Index entries, one object after the other, each object's in key order.</summary>
    public IndexEntryBuffer Entries { get; } = new();

    /// <summary>Objects in the window.</summary>
    public int Count => _writes.Count;

    /// <summary>Bytes held.</summary>
    public int ByteCount => Records.Length + Entries.ByteCount;

    /// <summary>The objects; do not add any while holding this.</summary>
    public Span<ObjectWrite> Writes => CollectionsMarshal.AsSpan(_writes);

    /// <summary>Adds an object.</summary>
    public void Add(ObjectWrite write) => _writes.Add(write);

    /// <summary>The record of an object.</summary>
    public Span<byte> Record(in ObjectWrite write) => Records.Written.Slice(write.RecordOffset, write.RecordLength);

    /// <summary>Empties the window and keeps its memory.</summary>
    public void Clear()
    {
        _writes.Clear();
        Records.Truncate(0);
        Entries.Truncate(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Records.Dispose();
        Entries.Dispose();
    }
}
