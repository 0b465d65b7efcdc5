using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class SegmentRoundTripTests
{
    [Theory]
    [InlineData(CompressionKind.None, 10)]
    [InlineData(CompressionKind.Lz4, 10)]
    [InlineData(CompressionKind.Lz4, 0)]
    public void Segment_WhenReadBack_HoldsWhatWasWritten(CompressionKind compression, int filterBits)
    {
        List<Entry> entries = SegmentFixture.Numbered(3000, versions: 3);
        var file = new MemoryFile();
        SegmentMetadata metadata = SegmentFixture.Write(
            file, entries, new SegmentWriterOptions { Compression = compression, FilterBitsPerKey = filterBits });
        using var cache = new BlockCache(4 << 20);
        using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);

        Assert.True(reader.BlockCount > 10);
        foreach (bool fillCache in new[] { true, false })
        {
            Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache));
            Assert.Equal(entries, SegmentFixture.ReadBackward(reader, fillCache));
        }

        foreach (Entry entry in entries)
        {
            ulong sequence = InternalKey.SequenceOf(entry.Trailer);
            Assert.Equal(SegmentFixture.Expected([entry], entry.Key, sequence), SegmentFixture.Get(reader, entry.Key, sequence));
        }

        Assert.Equal(LookupResult.NotFound, SegmentFixture.Get(reader, "key/00000001x"u8.ToArray(), InternalKey.MaxSequence).Result);
        Assert.Equal(LookupResult.NotFound, SegmentFixture.Get(reader, "a"u8.ToArray(), InternalKey.MaxSequence).Result);
        Assert.Equal(LookupResult.NotFound, SegmentFixture.Get(reader, "z"u8.ToArray(), InternalKey.MaxSequence).Result);
    }

    [Fact]
    public void Segments_WhenTheyShareAFile_AreReadIndependently()
    {
        var file = new MemoryFile();
        file.Append("something else"u8);
        List<Entry>[] contents = [.. Enumerable.Range(1, 4).Select(i => SegmentFixture.Numbered(i * 300))];
        var offsets = new List<long>();
        var metadata = new List<SegmentMetadata>();
        foreach (List<Entry> entries in contents)
        {
            offsets.Add(file.Length);
            metadata.Add(SegmentFixture.Write(file, entries));
        }

        using var cache = new BlockCache(1 << 20);
        SegmentReader[] readers = [.. contents.Select((_, i) => SegmentReader.Open(file, offsets[i], metadata[i], cache))];

        for (int i = 0; i < contents.Length; i++)
        {
            Assert.Equal(offsets[i], metadata[i].Origin.Offset);
            Assert.Equal(contents[i], SegmentFixture.ReadForward(readers[i], fillCache: true));
            readers[i].Dispose();
        }
    }

    [Fact]
    public void Segments_WhenWrittenToDisk_AreReadBack()
    {
        using var directory = new TemporaryDirectory();
        List<Entry> entries = SegmentFixture.Numbered(30_000, valueLength: 100);
        var metadata = new List<SegmentMetadata>();
        using (IWritableFile file = LocalFileSystem.Instance.Create(directory["000001.seg"]))
        {
            foreach (CompressionKind compression in new[] { CompressionKind.None, CompressionKind.Lz4 })
            {
                metadata.Add(SegmentFixture.Write(file, entries, new SegmentWriterOptions { Compression = compression }));
            }

            file.Sync();
        }

        using IReadableFile readable = LocalFileSystem.Instance.OpenRead(directory["000001.seg"]);
        using var cache = new BlockCache(1 << 20);

        Assert.Equal(readable.Length, metadata.Sum(segment => segment.Length));
        Assert.All(metadata, segment =>
        {
            using SegmentReader reader = SegmentReader.Open(readable, segment.Origin.Offset, segment, cache);
            Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: true));
            Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: false));
        });
    }

    [Fact]
    public void Segment_WhenKeysAndValuesAreExtreme_IsReadBack()
    {
        byte[] longKey = Enumerable.Repeat((byte)0xFF, SegmentFormat.MaxKeyLength).ToArray();
        byte[] noise = new byte[3_000_000];
        new Random(1).NextBytes(noise);
        List<Entry> entries =
        [
            new([], InternalKey.Pack(9, ValueKind.Put), []),
            new([], InternalKey.Pack(8, ValueKind.Delete), []),
            new([], InternalKey.Pack(7, ValueKind.Put), new byte[5_000_000]),
            new([0], InternalKey.Pack(3, ValueKind.Put), noise),
            new([0, 0], InternalKey.Pack(3, ValueKind.Put), [1]),
            new(longKey[..^1], InternalKey.Pack(InternalKey.MaxSequence, ValueKind.Put), [2]),
            new(longKey, InternalKey.Pack(1, ValueKind.Put), noise[..70_000]),
            new(longKey, InternalKey.Pack(0, ValueKind.Delete), []),
        ];
        foreach (long capacity in new long[] { 0, 32 << 20 })
        {
            var file = new MemoryFile();
            SegmentMetadata metadata = SegmentFixture.Write(file, entries, new SegmentWriterOptions { BlockSize = 512 });
            using var cache = new BlockCache(capacity);
            using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);

            Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: true));
            Assert.Equal(entries, SegmentFixture.ReadBackward(reader, fillCache: false));
            Assert.All(entries, entry =>
            {
                ulong sequence = InternalKey.SequenceOf(entry.Trailer);
                Assert.Equal(SegmentFixture.Expected(entries, entry.Key, sequence), SegmentFixture.Get(reader, entry.Key, sequence));
            });
        }
    }

    [Fact]
    public void Segment_WhenOneKeyHasVersionsInManyBlocks_FindsEachWithOneBlock()
    {
        List<Entry> entries = [.. Enumerable.Range(0, 500).Select(i => Entry.Put("same", (ulong)(1000 - (2 * i)), $"value of version {i}"))];
        var file = new MemoryFile();
        SegmentMetadata metadata = SegmentFixture.Write(
            file, entries, new SegmentWriterOptions { BlockSize = 128, Compression = CompressionKind.None });
        using var cache = new BlockCache(0);
        using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);
        Assert.True(reader.BlockCount > 50);

        for (ulong sequence = 0; sequence <= 1001; sequence++)
        {
            int reads = file.ReadCount;
            Assert.Equal(SegmentFixture.Expected(entries, "same"u8.ToArray(), sequence), SegmentFixture.Get(reader, "same"u8.ToArray(), sequence));
            Assert.Equal(1, file.ReadCount - reads);
        }
    }

    [Fact]
    public void Writer_WhenEntriesAreOutOfOrderOrTooLong_Refuses()
    {
        var file = new MemoryFile();
        using var writer = new SegmentWriter(file, new SegmentOrigin(SegmentFixture.DatabaseId, 1, 0), new SegmentWriterOptions());
        Assert.Throws<DatabaseException>(() => writer.Finish());
        Assert.Equal(0, file.Length);

        writer.Add("b"u8, InternalKey.Pack(5, ValueKind.Put), "1"u8);

        Assert.Throws<DatabaseException>(() => writer.Add("b"u8, InternalKey.Pack(5, ValueKind.Put), "1"u8));
        Assert.Throws<DatabaseException>(() => writer.Add("b"u8, InternalKey.Pack(6, ValueKind.Put), "1"u8));
        Assert.Throws<DatabaseException>(() => writer.Add("a"u8, InternalKey.Pack(4, ValueKind.Put), "1"u8));
        Assert.Throws<DatabaseException>(() => writer.Add(""u8, InternalKey.Pack(4, ValueKind.Put), "1"u8));
        DatabaseException tooLong = Assert.Throws<DatabaseException>(
            () => writer.Add(new byte[SegmentFormat.MaxKeyLength + 1], InternalKey.Pack(4, ValueKind.Put), "1"u8));
        Assert.Equal(DatabaseError.LimitExceeded, tooLong.Error);
        Assert.Equal(1, writer.EntryCount);
    }
}
