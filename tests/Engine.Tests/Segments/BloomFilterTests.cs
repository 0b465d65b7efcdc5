using System.Buffers.Binary;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class BloomFilterTests
{
    [Theory]
    [InlineData(1, 0.70)]
    [InlineData(5, 0.12)]
    [InlineData(10, 0.015)]
    [InlineData(16, 0.0025)]
    [InlineData(32, 0.0008)]
    public void MayContain_ForAbsentKeys_IsRarelyTrue(int bitsPerKey, double limit)
    {
        const int Count = 20_000;
        using SegmentReader reader = Open(Count, bitsPerKey, out _);
        int passed = 0;
        for (int i = 0; i < Count; i++)
        {
            Assert.True(reader.MayContain(Key(i)));
            passed += reader.MayContain(Key(i + Count)) ? 1 : 0;
        }

        Assert.True(passed < limit * Count, $"{passed} of {Count} absent keys passed");
    }

    [Fact]
    public void TryGet_WhenTheFilterSaysNo_ReadsNothing()
    {
        using SegmentReader reader = Open(1000, 20, out MemoryFile file);
        byte[] absent = Enumerable.Range(1000, 1000).Select(Key).First(key => !reader.MayContain(key));
        int reads = file.ReadCount;

        Assert.Equal(LookupResult.NotFound, SegmentFixture.Get(reader, absent, InternalKey.MaxSequence).Result);
        Assert.Equal(reads, file.ReadCount);
    }

    private static SegmentReader Open(int count, int bitsPerKey, out MemoryFile file)
    {
        file = new MemoryFile();
        SegmentMetadata metadata = SegmentFixture.Write(
            file,
            Enumerable.Range(0, count).Select(i => new Entry(Key(i), InternalKey.Pack(1, ValueKind.Put), [])),
            new SegmentWriterOptions { FilterBitsPerKey = bitsPerKey });
        return SegmentReader.Open(file, 0, metadata, new BlockCache(0));
    }

    private static byte[] Key(int i)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, i);
        return key;
    }
}
