using System.Diagnostics;
using Basalt.Engine.Memory;

namespace Basalt.Engine.Segments;

/// <summary>
/// One shard of the block cache: a chained hash table that is read without a lock, and a clock (second chance) for eviction. Adding,
/// evicting and recycling take the lock, which is never held during I/O.
/// </summary>
/// <remarks>
/// A lookup that meets a change may follow a recycled block into another chain and miss what is there. That costs a second load,
/// never a wrong block, and <see cref="Publish"/> keeps whichever came first.
/// </remarks>
internal sealed class BlockCacheShard
{
    private const int FirstBucketCount = 64;
    private const int MaxSteps = 64;
    private const long MaxSpareBytes = 256 << 10;

    private readonly Lock _lock = new();
    private readonly long _capacity;
    private CachedBlock?[] _buckets = new CachedBlock?[FirstBucketCount];
    private CachedBlock? _hand;
    private CachedBlock? _spares;
    private long _spareBytes;
    private int _count;
    private long _usedBytes;
    private long _hits;
    private long _misses;
    private bool _isClosed;

    /// <param name="capacity">Bytes to keep; 0 keeps nothing.</param>
    /// <param name="memory">Where blocks lie; shared by all shards.</param>
    public BlockCacheShard(long capacity, SlabMemory memory)
    {
        _capacity = capacity;
        Memory = memory;
    }

    public SlabMemory Memory { get; }

    public long UsedBytes => Volatile.Read(ref _usedBytes);

    public long Hits => Volatile.Read(ref _hits);

    public long Misses => Volatile.Read(ref _misses);

    /// <summary>A block with a reference for the caller, or null.</summary>
    public CachedBlock? TryAcquire(ulong hash, ulong readerId, long offset)
    {
        CachedBlock?[] buckets = Volatile.Read(ref _buckets);
        CachedBlock? block = Volatile.Read(ref buckets[BucketOf(buckets, hash)]);
        for (int step = 0; block is not null && step < MaxSteps; step++)
        {
            if (block.HasKey(readerId, offset) && block.TryAddReference())
            {
                if (block.HasKey(readerId, offset))
                {
                    if (!block.WasUsed)
                    {
                        block.WasUsed = true;
                    }

                    Interlocked.Increment(ref _hits);
                    return block;
                }

                block.Release();
            }

            block = Volatile.Read(ref block.Following);
        }

        Interlocked.Increment(ref _misses);
        return null;
    }

    /// <summary>A block with memory for at least <paramref name="length"/> bytes and one reference, for the caller to fill.</summary>
    public CachedBlock Rent(int length)
    {
        CachedBlock? block;
        lock (_lock)
        {
            block = _spares;
            if (block is not null)
            {
                _spares = block.Following;
                _spareBytes -= block.Charge;
                block.Following = null;
            }
        }

        block ??= new CachedBlock(this);
        block.Revive(checked((length + (SlabMemory.Granule - 1)) & -SlabMemory.Granule));
        return block;
    }

    /// <summary>
    /// Offers a filled block to the cache. Returns the block to use: this one, or an equal one that came first (this one is then
    /// released). The caller has one reference either way.
    /// </summary>
    public CachedBlock Publish(CachedBlock block, ulong hash, ulong readerId, long offset)
    {
        // One block must not push out everything else.
        if (block.Charge > _capacity / 4)
        {
            return block;
        }

        CachedBlock? earlier;
        lock (_lock)
        {
            earlier = Find(hash, readerId, offset);
            if (earlier is null && !_isClosed)
            {
                Link(block, hash, readerId, offset);
            }
        }

        if (earlier is null)
        {
            return block;
        }

        block.Release();
        return earlier;
    }

    /// <summary>Takes a block back that nobody references.</summary>
    public void Recycle(CachedBlock block)
    {
        lock (_lock)
        {
            KeepOrFree(block);
        }
    }

    /// <summary>Gives everything up; blocks still referenced go when they are released.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_hand is not null)
            {
                Evict(_hand);
            }

            while (_spares is not null)
            {
                _spares.FreeMemory();
                _spares = _spares.Following;
            }

            _spareBytes = 0;
        }
    }

    private static int BucketOf(CachedBlock?[] buckets, ulong hash) => (int)hash & (buckets.Length - 1);

    // Requires: lock held.
    private CachedBlock? Find(ulong hash, ulong readerId, long offset)
    {
        for (CachedBlock? block = _buckets[BucketOf(_buckets, hash)]; block is not null; block = block.Following)
        {
            if (block.HasKey(readerId, offset))
            {
                bool added = block.TryAddReference();
                Debug.Assert(added, "The cache holds a reference on each block in its table.");
                return block;
            }
        }

        return null;
    }

    // Requires: lock held.
    private void Link(CachedBlock block, ulong hash, ulong readerId, long offset)
    {
        MakeRoom(block.Charge);
        if (_count >= _buckets.Length)
        {
            Grow();
        }

        bool added = block.TryAddReference();
        Debug.Assert(added);
        ref CachedBlock? bucket = ref _buckets[BucketOf(_buckets, hash)];
        Volatile.Write(ref block.Following, bucket);
        block.SetKey(readerId, offset, hash);
        Volatile.Write(ref bucket, block);

        // Behind the hand: the whole circle is examined before this block.
        if (_hand is null)
        {
            block.ClockNext = block;
            block.ClockPrevious = block;
            _hand = block;
        }
        else
        {
            block.ClockNext = _hand;
            block.ClockPrevious = _hand.ClockPrevious;
            _hand.ClockPrevious!.ClockNext = block;
            _hand.ClockPrevious = block;
        }

        _count++;
        Volatile.Write(ref _usedBytes, _usedBytes + block.Charge);
    }

    // Requires: lock held. Blocks of closed segments are never asked for again, so the hand takes them in its second round at the latest.
    private void MakeRoom(long charge)
    {
        // Two rounds find a victim even if readers touch blocks as fast as the hand passes them.
        int patience = 2 * _count;
        while (_hand is not null && _usedBytes + charge > _capacity)
        {
            if (_hand.WasUsed && patience-- > 0)
            {
                _hand.WasUsed = false;
                _hand = _hand.ClockNext;
            }
            else
            {
                Evict(_hand);
            }
        }
    }

    // Requires: lock held, block in the table.
    private void Evict(CachedBlock block)
    {
        ref CachedBlock? link = ref _buckets[BucketOf(_buckets, block.Hash)];
        while (link != block)
        {
            link = ref link!.Following;
        }

        Volatile.Write(ref link, block.Following);
        if (block.ClockNext == block)
        {
            _hand = null;
        }
        else
        {
            block.ClockPrevious!.ClockNext = block.ClockNext;
            block.ClockNext!.ClockPrevious = block.ClockPrevious;
            if (_hand == block)
            {
                _hand = block.ClockNext;
            }
        }

        block.ClockNext = null;
        block.ClockPrevious = null;
        _count--;
        Volatile.Write(ref _usedBytes, _usedBytes - block.Charge);
        if (block.DropReference())
        {
            KeepOrFree(block);
        }
    }

    // Requires: lock held, no references.
    private void KeepOrFree(CachedBlock block)
    {
        if (_isClosed || _spareBytes + block.Charge > MaxSpareBytes)
        {
            block.FreeMemory();
            return;
        }

        Volatile.Write(ref block.Following, _spares);
        _spares = block;
        _spareBytes += block.Charge;
    }

    // Requires: lock held. Readers of the old table may miss blocks that already moved, see the remarks.
    private void Grow()
    {
        CachedBlock?[] larger = new CachedBlock?[2 * _buckets.Length];
        foreach (CachedBlock? head in _buckets)
        {
            CachedBlock? block = head;
            while (block is not null)
            {
                CachedBlock? following = block.Following;
                ref CachedBlock? bucket = ref larger[BucketOf(larger, block.Hash)];
                Volatile.Write(ref block.Following, bucket);
                bucket = block;
                block = following;
            }
        }

        Volatile.Write(ref _buckets, larger);
    }
}
