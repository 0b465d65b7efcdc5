using System.IO.Hashing;
using Basalt.Engine.Checksums;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Segments;

public sealed class SegmentWriterTests
{
    [Theory]
    [InlineData(SegmentMetadata.ExtentSize)]
    [InlineData(100_000)]
    [InlineData(4096)]
    [InlineData(1)]
    public void Finish_WhenDone_ReturnsTheDigestsOfTheBytesInTheFile(long extentSize)
    {
        var file = new MemoryFile();
        file.Append("neighbour"u8);
        int count = extentSize == 1 ? 5 : 20_000;

        SegmentMetadata metadata = SegmentFixture.Write(file, SegmentFixture.Numbered(count), extentSize: extentSize);

        ReadOnlySpan<byte> bytes = file.Bytes["neighbour".Length..];
        Assert.Equal(bytes.Length, metadata.Length);
        Assert.Equal(XxHash128.HashToUInt128(bytes), metadata.Digest);
        Assert.Equal((metadata.Length + extentSize - 1) / extentSize, metadata.Extents.Length);
        foreach (ExtentDigest extent in metadata.Extents)
        {
            ReadOnlySpan<byte> part = bytes[..(int)Math.Min(extentSize, bytes.Length)];
            Assert.Equal(new ExtentDigest(part.Length, XxHash128.HashToUInt128(part), Crc32C.Compute(part)), extent);
            bytes = bytes[part.Length..];
        }

        Assert.True(bytes.IsEmpty);
    }

    [Fact]
    public void Digester_WhenTheLengthIsAMultipleOfTheExtent_HasNoEmptyExtent()
    {
        var digester = new SegmentDigester(extentSize: 10);
        digester.Append(new byte[20]);

        (_, var extents) = digester.Finish();

        Assert.Equal([10, 10], extents.Select(extent => extent.Length));
    }

    [Fact]
    public void Finish_WhenDone_DescribesTheEntries()
    {
        var file = new MemoryFile();

        SegmentMetadata metadata = SegmentFixture.Write(
            file, [Entry.Put("a", 9, "one"), Entry.Delete("a", 4), Entry.Put("bcd", 17, ""), Entry.Put("e", 5, "22")]);

        Assert.Equal("a"u8, metadata.SmallestKey.Span);
        Assert.Equal("e"u8, metadata.LargestKey.Span);
        Assert.Equal(4UL, metadata.SmallestSequence);
        Assert.Equal(17UL, metadata.LargestSequence);
        Assert.Equal(4, metadata.EntryCount);
        Assert.Equal(1, metadata.TombstoneCount);
        Assert.Equal(11, metadata.RawBytes);
        Assert.Equal(new SegmentOrigin(SegmentFixture.DatabaseId, 7, 0), metadata.Origin);
    }

    [Fact]
    public void Properties_WhenReadBack_AreEqual()
    {
        var properties = new SegmentProperties
        {
            Origin = new SegmentOrigin(SegmentFixture.DatabaseId, 0x1234, 99),
            EntryCount = 5,
            TombstoneCount = 2,
            RawBytes = 1 << 20,
            SmallestSequence = 3,
            LargestSequence = InternalKey.MaxSequence,
            SmallestKey = new byte[SegmentFormat.MaxKeyLength],
            LargestKey = "largest"u8.ToArray(),
            WrittenWith = new SegmentWriterOptions { BlockSize = 8192, Compression = CompressionKind.Lz4, FilterBitsPerKey = 12 },
        };
        byte[] section = new byte[properties.EncodedLength];
        properties.Write(section);

        SegmentProperties read = SegmentProperties.TryRead(section.AsSpan()[..^SegmentFormat.ChecksumLength])!;

        Assert.Equal(
            properties with { SmallestKey = default, LargestKey = default }, read with { SmallestKey = default, LargestKey = default });
        Assert.Equal(properties.SmallestKey.Span, read.SmallestKey.Span);
        Assert.Equal(properties.LargestKey.Span, read.LargestKey.Span);
        Assert.Null(SegmentProperties.TryRead(section));
        Assert.Null(SegmentProperties.TryRead([]));
    }

    [Fact]
    public void Writer_WhenTheSegmentIsLarge_StartsWriteBackOfConsecutiveRanges()
    {
        var file = new MemoryFile();
        file.Append("neighbour"u8);

        SegmentFixture.Write(
            file, SegmentFixture.Numbered(60_000, valueLength: 100), new SegmentWriterOptions { Compression = CompressionKind.None });

        Assert.InRange(file.WriteBacks.Count, 4, file.Length >> 20);
        long expected = "neighbour".Length;
        foreach ((long offset, long length) in file.WriteBacks)
        {
            Assert.Equal(expected, offset);
            Assert.InRange(length, 1 << 20, 2 << 20);
            expected = offset + length;
        }
    }

    [Fact]
    public void EstimatedLength_WhenNothingIsCompressed_IsAboutTheLength()
    {
        var file = new MemoryFile();
        using var writer = new SegmentWriter(
            file,
            new SegmentOrigin(SegmentFixture.DatabaseId, 1, 0),
            new SegmentWriterOptions { Compression = CompressionKind.None });
        long last = writer.EstimatedLength;
        foreach (Entry entry in SegmentFixture.Numbered(5000))
        {
            writer.Add(entry.Key, entry.Trailer, entry.Value);
            Assert.True(writer.EstimatedLength > last);
            last = writer.EstimatedLength;
        }

        long length = writer.Finish().Length;

        Assert.InRange(last, length * 0.99, length * 1.01);
        Assert.Equal(length, writer.EstimatedLength);
    }

    [Fact]
    public void Writer_WhenDataCompresses_StoresLess()
    {
        List<Entry> entries = SegmentFixture.Numbered(2000, valueLength: 200);

        long plain = SegmentFixture.Write(new MemoryFile(), entries, new SegmentWriterOptions { Compression = CompressionKind.None }).Length;
        long compressed = SegmentFixture.Write(new MemoryFile(), entries).Length;

        Assert.True(compressed < plain / 2, $"{compressed} of {plain} bytes");
    }
}
