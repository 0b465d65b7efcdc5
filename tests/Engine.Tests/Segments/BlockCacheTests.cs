using System.Collections.Concurrent;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class BlockCacheTests
{
    [Fact]
    public void Cache_WhenManyThreadsReadThroughIt_AlwaysGivesTheRightBlock()
    {
        const long Capacity = 256 << 10;
        var seen = new ConcurrentDictionary<CachedBlock, bool>();
        var cache = new BlockCache(Capacity);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            var random = new Random(worker);
            var held = new Queue<(CachedBlock Block, ulong Reader, long Offset)>();
            for (int i = 0; i < 60_000; i++)
            {
                // Mostly few blocks that everyone wants, some that push others out.
                (ulong reader, long offset) = ((ulong)random.Next(1, 4), random.Next(10) < 7 ? random.Next(20) : random.Next(400));
                CachedBlock block = cache.TryAcquire(reader, offset) ?? Load(cache, reader, offset);
                seen.TryAdd(block, true);
                AssertStamped(block, reader, offset);
                held.Enqueue((block, reader, offset));
                if (held.Count > random.Next(30))
                {
                    var (oldest, oldReader, oldOffset) = held.Dequeue();
                    AssertStamped(oldest, oldReader, oldOffset);
                    oldest.Release();
                }
            }

            foreach (var (block, reader, offset) in held)
            {
                AssertStamped(block, reader, offset);
                block.Release();
            }
        });

        Assert.InRange(cache.UsedBytes, Capacity / 2, Capacity);
        Assert.True(cache.Hits > 100_000, $"{cache.Hits} hits");
        Assert.Equal(8 * 60_000, cache.Hits + cache.Misses);
        cache.Dispose();
        Assert.Equal(0, cache.UsedBytes);
        Assert.All(seen.Keys, block => Assert.Equal(0, block.Capacity));
    }

    [Fact]
    public void Segments_WhenReadByManyThreadsThroughASmallCache_AnswerRight()
    {
        List<Entry> entries = SegmentFixture.Numbered(2000, valueLength: 60);
        var file = new MemoryFile();
        SegmentMetadata metadata = SegmentFixture.Write(file, entries);
        using var cache = new BlockCache(40_000);
        using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            using SegmentReader ownReader = SegmentReader.Open(file, 0, metadata, cache);
            for (int i = 0; i < 5000; i++)
            {
                Entry entry = entries[random.Next(entries.Count)];
                PinnedValue value = default;
                Assert.Equal(LookupResult.Found, (i % 5 == 0 ? ownReader : reader).TryGet(entry.Key, InternalKey.MaxSequence, ref value));
                Assert.True(value.Span.SequenceEqual(entry.Value));
                value.Release();
            }

            Assert.Equal(entries, SegmentFixture.ReadForward(worker % 2 == 0 ? reader : ownReader, fillCache: true));
        });
    }

    [Fact]
    public void Cache_WhenFull_KeepsWhatIsAskedForAgain()
    {
        using var cache = new BlockCache(64 << 10);
        Load(cache, 1, 0).Release();
        for (int offset = 1; offset < 500; offset++)
        {
            CachedBlock? wanted = cache.TryAcquire(1, 0);
            Assert.NotNull(wanted);
            wanted.Release();
            Load(cache, 1, offset).Release();
        }

        Assert.Null(cache.TryAcquire(1, 1));
        Assert.InRange(cache.UsedBytes, 32 << 10, 64 << 10);
    }

    [Fact]
    public void Cache_WhenABlockIsHeld_KeepsItsBytesBeyondEvictionAndDisposal()
    {
        var cache = new BlockCache(64 << 10);
        CachedBlock held = Load(cache, 1, 12345);
        for (int offset = 0; offset < 500; offset++)
        {
            Load(cache, 2, offset).Release();
        }

        Assert.Null(cache.TryAcquire(1, 12345));
        AssertStamped(held, 1, 12345);
        cache.Dispose();
        AssertStamped(held, 1, 12345);
        held.Release();
        Assert.Equal(0, held.Capacity);
    }

    [Fact]
    public void Cache_WhenABlockIsTooLarge_LeavesTheOthers()
    {
        using var cache = new BlockCache(64 << 10);
        Load(cache, 1, 1).Release();

        CachedBlock large = cache.Publish(cache.Rent(1, 2, 1 << 20), 1, 2);
        large.Release();

        Assert.Null(cache.TryAcquire(1, 2));
        CachedBlock? small = cache.TryAcquire(1, 1);
        Assert.NotNull(small);
        small.Release();
    }

    [Fact]
    public void Publish_WhenAnotherCameFirst_ReturnsTheFirst()
    {
        using var cache = new BlockCache(64 << 10);
        CachedBlock first = Load(cache, 1, 1);
        CachedBlock second = Load(cache, 1, 1);

        Assert.Same(first, second);
        first.Release();
        second.Release();
    }

    private static unsafe CachedBlock Load(BlockCache cache, ulong reader, long offset)
    {
        CachedBlock block = cache.Rent(reader, offset, 512 + (int)(offset % 5 * 700));
        new Span<byte>(block.Data, block.Capacity).Fill((byte)(reader + (ulong)offset));
        ((ulong*)block.Data)[0] = reader;
        ((long*)block.Data)[1] = offset;
        return cache.Publish(block, reader, offset);
    }

    private static unsafe void AssertStamped(CachedBlock block, ulong reader, long offset)
    {
        Assert.Equal(reader, ((ulong*)block.Data)[0]);
        Assert.Equal(offset, ((long*)block.Data)[1]);
        Assert.Equal((byte)(reader + (ulong)offset), block.Data[block.Capacity - 1]);
    }
}
