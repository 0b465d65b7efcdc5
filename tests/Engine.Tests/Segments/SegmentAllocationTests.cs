using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class SegmentAllocationTests
{
    private static readonly List<Entry> Entries = SegmentFixture.Numbered(4000);

    [Fact]
    public void TryGet_WhenBlocksAreCached_AllocatesNothing()
    {
        using var cache = new BlockCache(16 << 20);
        using SegmentReader reader = Open(cache);

        AssertAllocatesNothing(() =>
        {
            foreach (Entry entry in Entries)
            {
                PinnedValue value = default;
                Assert.True(reader.TryGet(entry.Key, InternalKey.MaxSequence, ref value) == LookupResult.Found);
                value.Release();
            }
        });
        Assert.True(cache.Hits > cache.Misses);
    }

    [Fact]
    public void TryGet_WhenNothingIsCached_AllocatesNothing()
    {
        using var cache = new BlockCache(0);
        using SegmentReader reader = Open(cache);

        AssertAllocatesNothing(() =>
        {
            foreach (Entry entry in Entries)
            {
                PinnedValue value = default;
                reader.TryGet(entry.Key, InternalKey.MaxSequence, ref value);
                value.Release();
            }
        });
        Assert.Equal(0, cache.UsedBytes);
        Assert.Equal(0, cache.Hits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Iterator_WhenScanningBothWays_AllocatesNothing(bool fillCache)
    {
        using var cache = new BlockCache(16 << 20);
        using SegmentReader reader = Open(cache);
        using InternalIterator iterator = reader.CreateIterator(fillCache);

        AssertAllocatesNothing(() =>
        {
            for (iterator.SeekToFirst(); iterator.IsValid; iterator.Next())
            {
            }

            for (iterator.SeekToLast(); iterator.IsValid; iterator.Previous())
            {
            }

            iterator.Seek(Entries[1000].Key, InternalKey.NewestTrailer);
        });
    }

    [Fact]
    public void Iterator_WhenScanningPastTheCache_ReadsLargePiecesAndLeavesTheCacheAlone()
    {
        using var cache = new BlockCache(16 << 20);
        using SegmentReader reader = Open(cache, out MemoryFile file);
        int before = file.ReadCount;

        Assert.Equal(Entries.Count, SegmentFixture.ReadForward(reader, fillCache: false).Count);

        Assert.True(file.ReadCount - before < reader.BlockCount / 10);
        Assert.Equal(0, cache.UsedBytes + cache.Misses);
    }

    [Fact]
    public void Iterator_WhenScanningThroughTheCache_AsksTheKernelForWhatComesNext()
    {
        using var cache = new BlockCache(16 << 20);
        using SegmentReader reader = Open(cache, out MemoryFile file);
        using InternalIterator iterator = reader.CreateIterator(fillCache: true);
        iterator.SeekToFirst();
        for (int i = 0; i < 20; i++)
        {
            iterator.Next();
        }

        Assert.Empty(file.Hints);

        for (iterator.SeekToFirst(); iterator.IsValid; iterator.Next())
        {
        }

        Assert.InRange(file.Hints.Count, 1, reader.BlockCount / 20);
        Assert.All(file.Hints, hint => Assert.InRange(hint.Offset + hint.Length, 1, file.Length));
    }

    [Fact]
    public void Writer_WhenAddingInSteadyState_AllocatesNothing()
    {
        var file = new MemoryFile();
        file.Append(new byte[1 << 20]);
        var origin = new SegmentOrigin(SegmentFixture.DatabaseId, 1, file.Length);
        using var writer = new SegmentWriter(file, origin, new SegmentWriterOptions());
        int next = 0;

        // The memory file grows beyond the first megabyte only after the test.
        AssertAllocatesNothing(() =>
        {
            for (int i = 0; i < 600; i++, next++)
            {
                writer.Add(Entries[next].Key, Entries[next].Trailer, Entries[next].Value);
            }
        });
    }

    private static SegmentReader Open(BlockCache cache) => Open(cache, out _);

    private static SegmentReader Open(BlockCache cache, out MemoryFile file)
    {
        file = new MemoryFile();
        SegmentMetadata metadata = SegmentFixture.Write(file, Entries, new SegmentWriterOptions { BlockSize = 1024 });
        return SegmentReader.Open(file, 0, metadata, cache);
    }

    // Twice without counting: types are loaded, pools filled and the cache warmed.
    private static void AssertAllocatesNothing(Action action)
    {
        action();
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
