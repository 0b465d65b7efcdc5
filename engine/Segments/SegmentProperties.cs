using System.Buffers.Binary;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Segments;

/// <summary>What a segment says about itself, so that a tool can place it without any manifest.</summary>
internal sealed record SegmentProperties
{
    private const int FixedLength = 84;

    public required SegmentOrigin Origin { get; init; }

    public required long EntryCount { get; init; }

    public required long TombstoneCount { get; init; }

    public required long RawBytes { get; init; }

    public required ulong SmallestSequence { get; init; }

    public required ulong LargestSequence { get; init; }

    public required ReadOnlyMemory<byte> SmallestKey { get; init; }

    public required ReadOnlyMemory<byte> LargestKey { get; init; }

    /// <summary>The options it was written with; readers do not need them.</summary>
    public required SegmentWriterOptions WrittenWith { get; init; }

    /// <summary>Bytes that <see cref="Write"/> needs, checksum included.</summary>
    public int EncodedLength => FixedLength + SmallestKey.Length + LargestKey.Length + SegmentFormat.ChecksumLength;

    /// <summary>Whether metadata says the same of the segment.</summary>
    public bool AgreeWith(SegmentMetadata metadata) =>
        Origin == metadata.Origin
        && EntryCount == metadata.EntryCount
        && TombstoneCount == metadata.TombstoneCount
        && RawBytes == metadata.RawBytes
        && SmallestSequence == metadata.SmallestSequence
        && LargestSequence == metadata.LargestSequence
        && SmallestKey.Span.SequenceEqual(metadata.SmallestKey.Span)
        && LargestKey.Span.SequenceEqual(metadata.LargestKey.Span);

    /// <summary>Writes the section with its checksum. Requires: exactly <see cref="EncodedLength"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        bool written = Origin.DatabaseId.TryWriteBytes(destination, bigEndian: true, out _);
        System.Diagnostics.Debug.Assert(written);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Origin.FileNumber);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], Origin.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], EntryCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], TombstoneCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], RawBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[56..], SmallestSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[64..], LargestSequence);
        BinaryPrimitives.WriteInt32LittleEndian(destination[72..], WrittenWith.BlockSize);
        destination[76] = (byte)WrittenWith.Compression;
        destination[77] = (byte)WrittenWith.FilterBitsPerKey;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[78..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[80..], (ushort)SmallestKey.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[82..], (ushort)LargestKey.Length);
        SmallestKey.Span.CopyTo(destination[FixedLength..]);
        LargestKey.Span.CopyTo(destination[(FixedLength + SmallestKey.Length)..]);
        Span<byte> checksum = destination[^SegmentFormat.ChecksumLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Compute(destination[..^SegmentFormat.ChecksumLength]));
    }

    /// <summary>Reads a section whose checksum was verified (and cut off); null if it is malformed.</summary>
    public static SegmentProperties? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length < FixedLength)
        {
            return null;
        }

        int smallestLength = BinaryPrimitives.ReadUInt16LittleEndian(source[80..]);
        int largestLength = BinaryPrimitives.ReadUInt16LittleEndian(source[82..]);
        if (source.Length != FixedLength + smallestLength + largestLength)
        {
            return null;
        }

        return new SegmentProperties
        {
            Origin = new SegmentOrigin(
                new Guid(source[..16], bigEndian: true),
                BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            EntryCount = BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            TombstoneCount = BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            RawBytes = BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
            SmallestSequence = BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            LargestSequence = BinaryPrimitives.ReadUInt64LittleEndian(source[64..]),
            WrittenWith = new SegmentWriterOptions
            {
                BlockSize = BinaryPrimitives.ReadInt32LittleEndian(source[72..]),
                Compression = (CompressionKind)source[76],
                FilterBitsPerKey = source[77],
            },
            SmallestKey = source.Slice(FixedLength, smallestLength).ToArray(),
            LargestKey = source.Slice(FixedLength + smallestLength, largestLength).ToArray(),
        };
    }
}
