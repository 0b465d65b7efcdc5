using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Basalt.Engine.Segments;

/// <summary>
/// A data block in native memory, counted by references: one for each reader and one for the cache while it keeps the block.
/// </summary>
/// <remarks>
/// Invariants:
/// 1. Objects are recycled, but always remain CachedBlocks: a stale reference is safe to ask, and <see cref="TryAddReference"/>
///    refuses it while nobody owns it.
/// 2. The key names the contents only from <see cref="SetKey"/> on, after they are complete, and is cleared before the first
///    reference of the next life is given out. Whoever holds a reference and then sees the right key, has the right contents.
/// 3. Memory is replaced or freed only at zero references.
/// </remarks>
internal sealed unsafe class CachedBlock
{
    private readonly BlockCacheShard _shard;
    private ulong _readerId;
    private long _offset;
    private int _references;
    private bool _isCut;

    public CachedBlock(BlockCacheShard shard)
    {
        _shard = shard;
    }

    /// <summary>The block's memory.</summary>
    public byte* Data { get; private set; }

    /// <summary>Bytes of memory.</summary>
    public int Capacity { get; private set; }

    /// <summary>The parsed contents; set by the loader before the block is published.</summary>
    public DataBlock Contents { get; set; }

    /// <summary>Bytes that count against the capacity of the cache: memory and about what this object takes.</summary>
    public long Charge => Capacity + 128L;

    /// <summary>The next block of a hash chain or of the spare blocks. Owned by the shard.</summary>
    internal CachedBlock? Following;

    /// <summary>Neighbours on the clock. Owned by the shard.</summary>
    internal CachedBlock? ClockNext;
    internal CachedBlock? ClockPrevious;

    /// <summary>Whether it was asked for since the hand passed. A hint: races on it are harmless.</summary>
    internal bool WasUsed;

    /// <summary>The key's hash, kept for unlinking and growing. Owned by the shard.</summary>
    internal ulong Hash;

    /// <summary>Gives one reference back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        Debug.Assert(left >= 0, "A block was released more often than acquired.");
        if (left == 0)
        {
            _shard.Recycle(this);
        }
    }

    /// <summary>Whether the block has this key; certain only while the caller holds a reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasKey(ulong readerId, long offset) => Volatile.Read(ref _readerId) == readerId && Volatile.Read(ref _offset) == offset;

    /// <summary>Takes a reference unless nobody has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAddReference()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    /// <summary>Names complete contents. Requires: a reference held, no key set in this life.</summary>
    internal void SetKey(ulong readerId, long offset, ulong hash)
    {
        Hash = hash;
        Volatile.Write(ref _offset, offset);
        Volatile.Write(ref _readerId, readerId);
    }

    /// <summary>Drops the cache's reference; true if it was the last one and the block is the caller's to recycle.</summary>
    internal bool DropReference() => Interlocked.Decrement(ref _references) == 0;

    /// <summary>Begins a new life with one reference. Requires: no references.</summary>
    internal void Revive(int capacity)
    {
        Debug.Assert(_references == 0);
        Volatile.Write(ref _readerId, 0);
        WasUsed = false;
        if (Capacity < capacity || Capacity > 2 * Math.Max(capacity, 512))
        {
            FreeMemory();
            Data = _shard.Memory.Rent(capacity, out _isCut);
            Capacity = capacity;
        }

        Volatile.Write(ref _references, 1);
    }

    /// <summary>Frees the memory. Requires: no references.</summary>
    internal void FreeMemory()
    {
        if (Data != null)
        {
            _shard.Memory.Return(Data, _isCut);
        }

        Data = null;
        Capacity = 0;
        Contents = default;
    }
}
