using Basalt.Engine.Checksums;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class SegmentDamageTests
{
    private const int Before = 21;

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Lz4)]
    public void Segment_WhenAnyByteIsFlipped_ReportsItsFileAndNeverWrongData(CompressionKind compression)
    {
        (MemoryFile file, SegmentMetadata metadata, List<Entry> entries) = WriteSmall(compression);
        int detected = 0;
        for (int i = Before; i < Before + metadata.Length; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x80, 0xFF })
            {
                file.Bytes[i] ^= flip;
                int reported = Count(() => ReadEverything(file, metadata, entries, getsOnly: false), file, metadata);
                reported += Count(() => ReadEverything(file, metadata, entries, getsOnly: true), file, metadata);
                Assert.True(reported > 0, $"Byte {i - Before} of {metadata.Length}: flip {flip:x2} went unnoticed");
                detected += reported;
                file.Bytes[i] ^= flip;
            }
        }

        Assert.True(detected > metadata.Length);
        ReadEverything(file, metadata, entries, getsOnly: false);
    }

    [Fact]
    public void Open_WhenTheFileIsCutShort_ReportsCorruption()
    {
        (MemoryFile file, SegmentMetadata metadata, _) = WriteSmall(CompressionKind.Lz4);
        using var cache = new BlockCache(0);
        for (int length = 0; length < metadata.Length; length++)
        {
            var cut = new MemoryFile();
            cut.Append(file.Bytes[Before..(Before + length)]);

            Assert.Equal(DatabaseError.Corruption, Assert.Throws<DatabaseException>(() => SegmentReader.Open(cut, 0, metadata, cache)).Error);
            Assert.Equal(
                DatabaseError.Corruption,
                Assert.Throws<DatabaseException>(() => SegmentReader.Open(cut, 0, metadata with { Length = length }, cache)).Error);
        }
    }

    [Fact]
    public void Open_WhenTheMetadataIsOfAnotherSegment_ReportsCorruption()
    {
        (MemoryFile file, SegmentMetadata metadata, _) = WriteSmall(CompressionKind.Lz4);
        using var cache = new BlockCache(0);
        SegmentMetadata[] others =
        [
            metadata with { EntryCount = metadata.EntryCount + 1 },
            metadata with { Length = metadata.Length - 1 },
            metadata with { Length = metadata.Length + 1 },
            metadata with { Length = long.MaxValue },
            metadata with { Length = -1 },
            metadata with { TombstoneCount = metadata.TombstoneCount + 1 },
            metadata with { RawBytes = metadata.RawBytes + 1 },
            metadata with { SmallestSequence = metadata.SmallestSequence + 1 },
            metadata with { LargestSequence = metadata.LargestSequence + 1 },
            metadata with { SmallestKey = Array.Empty<byte>() },
            metadata with { LargestKey = metadata.SmallestKey },
            metadata with { Origin = metadata.Origin with { FileNumber = 8 } },
            metadata with { Origin = metadata.Origin with { DatabaseId = Guid.Empty } },
        ];

        Assert.All(others, other => Assert.Equal(
            DatabaseError.Corruption,
            Assert.Throws<DatabaseException>(() => SegmentReader.Open(file, Before, other, cache)).Error));
        Assert.Throws<DatabaseException>(() => SegmentReader.Open(file, 0, metadata, cache));
        Assert.Throws<DatabaseException>(() => SegmentReader.Open(file, -1, metadata, cache));
        Assert.Throws<DatabaseException>(() => SegmentReader.Open(file, long.MaxValue, metadata, cache));
    }

    [Fact]
    public void Open_WhenTheFormatIsNewer_SaysSo()
    {
        (MemoryFile file, SegmentMetadata metadata, _) = WriteSmall(CompressionKind.None);
        Span<byte> footer = file.Bytes[^SegmentFormat.FooterLength..];
        footer[56] = 2;
        uint checksum = Crc32C.Append(Crc32C.Compute(footer[..60]), footer[64..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(footer[60..], checksum);
        using var cache = new BlockCache(0);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => SegmentReader.Open(file, Before, metadata, cache));

        Assert.Equal(DatabaseError.UnsupportedFormat, exception.Error);
        Assert.Equal(file.Length - 16, exception.Offset);
    }

    [Fact]
    public unsafe void TryParse_ForArbitraryBytes_NeverLeavesTheBlock()
    {
        // The block lies at the very end of its allocation and is mutated without a checksum to stop it.
        var random = new Random(7);
        var builder = new DataBlockBuilder(400);
        foreach (Entry entry in SegmentFixture.Numbered(30, valueLength: 6))
        {
            int shared = builder.IsEmpty ? 0 : 4;
            builder.Add(shared, entry.Key, entry.Trailer, entry.Value);
        }

        byte[] sound = builder.Finish().ToArray();
        builder.Dispose();
        int accepted = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] mutated = [.. sound.AsSpan(0, round % 3 == 0 ? random.Next(sound.Length) : sound.Length)];
            for (int i = random.Next(4); i > 0 && mutated.Length > 0; i--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            fixed (byte* data = mutated)
            {
                if (DataBlock.TryParse(data, mutated.Length, out DataBlock block))
                {
                    accepted++;
                    AssertStaysInside(block, data, mutated.Length);
                }
            }
        }

        Assert.InRange(accepted, 1, 19_999);
    }

    private static unsafe void AssertStaysInside(in DataBlock block, byte* data, int length)
    {
        for (byte* position = block.First; position < block.End;)
        {
            DataBlockEntry entry = DataBlockEntry.Decode(position);
            Assert.True(entry.SuffixStart >= data && entry.Next > position && entry.Next <= block.End);
            position = entry.Next;
        }

        Assert.True(block.End < data + length);
        var cursor = new DataBlockCursor(8);
        cursor.SetBlock(block);
        for (cursor.SeekToLast(); cursor.IsValid; cursor.Previous())
        {
            Assert.InRange(cursor.Key.Length, 0, SegmentFormat.MaxKeyLength);
        }

        block.TryFind("key/00000007"u8, InternalKey.NewestTrailer, out _);
    }

    private static (MemoryFile File, SegmentMetadata Metadata, List<Entry> Entries) WriteSmall(CompressionKind compression)
    {
        var file = new MemoryFile();
        file.Append(new byte[Before]);
        List<Entry> entries = SegmentFixture.Numbered(18, versions: 2, valueLength: 30);
        SegmentMetadata metadata = SegmentFixture.Write(
            file, entries, new SegmentWriterOptions { BlockSize = 400, Compression = compression });
        return (file, metadata, entries);
    }

    private static void ReadEverything(MemoryFile file, SegmentMetadata metadata, List<Entry> entries, bool getsOnly)
    {
        using var cache = new BlockCache(1 << 20);
        using SegmentReader reader = SegmentReader.Open(file, Before, metadata, cache);
        if (!getsOnly)
        {
            Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: false));
            Assert.Equal(entries, SegmentFixture.ReadBackward(reader, fillCache: true));
        }

        foreach (Entry entry in entries)
        {
            ulong sequence = InternalKey.SequenceOf(entry.Trailer);
            Assert.Equal(SegmentFixture.Expected([entry], entry.Key, sequence), SegmentFixture.Get(reader, entry.Key, sequence));
        }
    }

    private static int Count(Action action, MemoryFile file, SegmentMetadata metadata)
    {
        try
        {
            action();
            return 0;
        }
        catch (DatabaseException exception)
        {
            Assert.Equal(DatabaseError.Corruption, exception.Error);
            Assert.Equal(file.Path, exception.File);
            Assert.InRange(exception.Offset, Before, Before + metadata.Length);
            return 1;
        }
    }
}
