using System.Numerics;
using Basalt.Engine.Memory;

namespace Basalt.Engine.Segments;

/// <summary>
/// The cache of decompressed, verified data blocks of all segments of a database. Thread-safe. Blocks lie in native memory, so
/// that the collector neither scans nor moves them.
/// </summary>
internal sealed class BlockCache : IDisposable
{
    // Below this a shard could not keep a useful number of blocks.
    private const long MinShardCapacity = 1 << 20;

    // Below this a slab of a block size that has become rare would be too large a part of the cache.
    private const long MinSlabCapacity = 64 << 20;

    private static long _lastReaderId;

    private readonly BlockCacheShard[] _shards;
    private readonly SlabMemory _memory;
    private readonly int _shardShift;

    /// <param name="capacityBytes">Bytes to keep, overhead included; 0 keeps nothing.</param>
    public BlockCache(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        int wanted = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount * 4, 64));
        while (wanted > 1 && capacityBytes / wanted < MinShardCapacity)
        {
            wanted /= 2;
        }

        _memory = new SlabMemory(usesSlabs: capacityBytes >= MinSlabCapacity);
        _shards = new BlockCacheShard[wanted];
        for (int i = 0; i < wanted; i++)
        {
            _shards[i] = new BlockCacheShard(capacityBytes / wanted, _memory);
        }

        _shardShift = 64 - BitOperations.Log2((uint)wanted);
    }

    /// <summary>Bytes kept now.</summary>
    public long UsedBytes => _shards.Sum(static shard => shard.UsedBytes);

    /// <summary>Lookups that found their block.</summary>
    public long Hits => _shards.Sum(static shard => shard.Hits);

    /// <summary>Lookups that did not.</summary>
    public long Misses => _shards.Sum(static shard => shard.Misses);

    /// <summary>A number for a new reader, never used before in this process: blocks of closed readers are never found again.</summary>
    public static ulong NextReaderId() => (ulong)Interlocked.Increment(ref _lastReaderId);

    /// <summary>A block with a reference for the caller, or null.</summary>
    public CachedBlock? TryAcquire(ulong readerId, long offset)
    {
        ulong hash = HashOf(readerId, offset);
        return ShardOf(hash).TryAcquire(hash, readerId, offset);
    }

    /// <summary>
    /// Memory for a block that is not cached, with one reference. Fill it, then <see cref="Publish"/> it, or release it if that fails.
    /// </summary>
    public CachedBlock Rent(ulong readerId, long offset, int length) => ShardOf(HashOf(readerId, offset)).Rent(length);

    /// <summary>
    /// Offers a filled block to other readers. Returns the block to use: this one or an equal one that came first. The caller
    /// has one reference on what is returned.
    /// </summary>
    public CachedBlock Publish(CachedBlock block, ulong readerId, long offset)
    {
        ulong hash = HashOf(readerId, offset);
        return ShardOf(hash).Publish(block, hash, readerId, offset);
    }

    /// <summary>Frees all blocks but those that somebody still holds; they go when they are released.</summary>
    public void Dispose()
    {
        foreach (BlockCacheShard shard in _shards)
        {
            shard.Close();
        }

        _memory.Dispose();
    }

    // Shard by the high bits, bucket by the low ones: both need all bits of both numbers (multiply, fold, multiply).
    private static ulong HashOf(ulong readerId, long offset)
    {
        ulong hash = ((readerId * 0x9E37_79B9_7F4A_7C15) ^ (ulong)offset) * 0xD6E8_FEB8_6659_FD93;
        hash = (hash ^ (hash >> 32)) * 0xD6E8_FEB8_6659_FD93;
        return hash ^ (hash >> 32);
    }

    private BlockCacheShard ShardOf(ulong hash) => _shards[_shards.Length == 1 ? 0 : (int)(hash >> _shardShift)];
}
