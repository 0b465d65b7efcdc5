using System.Collections.Immutable;

namespace Basalt.Engine.Manifest;

/// <summary>Segments as bytes inside a version edit (FORMAT.md, "Manifest").</summary>
internal static class SegmentDefinitionCodec
{
    public static void Write(BinaryWriter writer, SegmentDefinition segment)
    {
        SegmentMetadata metadata = segment.Metadata;
        WriteId(writer, segment.Id);
        writer.Write(metadata.Origin.DatabaseId.ToByteArray());
        writer.Write7BitEncodedInt64((long)metadata.Origin.FileNumber);
        writer.Write7BitEncodedInt64(metadata.Origin.Offset);
        writer.Write7BitEncodedInt64(metadata.Length);
        WriteDigest(writer, metadata.Digest);
        writer.Write7BitEncodedInt(metadata.Extents.Length);
        foreach (ExtentDigest extent in metadata.Extents)
        {
            writer.Write7BitEncodedInt64(extent.Length);
            WriteDigest(writer, extent.XxHash128);
            writer.Write(extent.Crc32C);
        }

        WriteKey(writer, metadata.SmallestKey.Span);
        WriteKey(writer, metadata.LargestKey.Span);
        writer.Write7BitEncodedInt64((long)metadata.SmallestSequence);
        writer.Write7BitEncodedInt64((long)metadata.LargestSequence);
        writer.Write7BitEncodedInt64(metadata.EntryCount);
        writer.Write7BitEncodedInt64(metadata.TombstoneCount);
        writer.Write7BitEncodedInt64(metadata.RawBytes);
    }

    public static SegmentDefinition Read(BinaryReader reader)
    {
        SegmentId id = ReadId(reader);
        SegmentOrigin origin = new(new Guid(reader.ReadBytes(16)), (ulong)reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        long length = reader.Read7BitEncodedInt64();
        UInt128 digest = ReadDigest(reader);
        int extentCount = reader.Read7BitEncodedInt();
        var extents = ImmutableArray.CreateBuilder<ExtentDigest>();
        for (int i = 0; i < extentCount; i++)
        {
            extents.Add(new ExtentDigest(reader.Read7BitEncodedInt64(), ReadDigest(reader), reader.ReadUInt32()));
        }

        return new SegmentDefinition(id, new SegmentMetadata
        {
            Origin = origin,
            Length = length,
            Digest = digest,
            Extents = extents.ToImmutable(),
            SmallestKey = ReadKey(reader),
            LargestKey = ReadKey(reader),
            SmallestSequence = (ulong)reader.Read7BitEncodedInt64(),
            LargestSequence = (ulong)reader.Read7BitEncodedInt64(),
            EntryCount = reader.Read7BitEncodedInt64(),
            TombstoneCount = reader.Read7BitEncodedInt64(),
            RawBytes = reader.Read7BitEncodedInt64(),
        });
    }

    public static void WriteId(BinaryWriter writer, SegmentId id)
    {
        writer.Write7BitEncodedInt64((long)id.File);
        writer.Write7BitEncodedInt64(id.Offset);
    }

    public static SegmentId ReadId(BinaryReader reader) => new((ulong)reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());

    private static void WriteKey(BinaryWriter writer, ReadOnlySpan<byte> key)
    {
        writer.Write7BitEncodedInt(key.Length);
        writer.Write(key);
    }

    private static byte[] ReadKey(BinaryReader reader)
    {
        int length = reader.Read7BitEncodedInt();

        // Before it becomes an allocation.
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position
            ? reader.ReadBytes(length)
            : throw new EndOfStreamException();
    }

    private static void WriteDigest(BinaryWriter writer, UInt128 digest)
    {
        writer.Write((ulong)digest);
        writer.Write((ulong)(digest >> 64));
    }

    private static UInt128 ReadDigest(BinaryReader reader)
    {
        ulong low = reader.ReadUInt64();
        return new UInt128(reader.ReadUInt64(), low);
    }
}
