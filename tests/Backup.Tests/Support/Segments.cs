using System.IO.Hashing;
using Basalt.Backup.Checksums;
using Basalt.Backup.Creation;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Support;

/// <summary>Segments of random bytes, for what does not look inside.</summary>
internal static class Segments
{
    private static readonly Guid Database = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    public static SegmentSource Random(string keyspace, ulong file, int length)
    {
        byte[] bytes = new byte[length];
        new Random((int)file + length).NextBytes(bytes);
        var digest = new ExtentDigest(length, XxHash128.HashToUInt128(bytes), Crc32C.Compute(bytes));
        var metadata = new SegmentMetadata
        {
            Origin = new SegmentOrigin(Database, file, 0),
            Length = length,
            Digest = digest.XxHash128,
            Extents = [digest],
            SmallestKey = new byte[] { 1 },
            LargestKey = new byte[] { 2 },
            SmallestSequence = 1,
            LargestSequence = 2,
            EntryCount = 2,
            TombstoneCount = 0,
            RawBytes = 4,
        };
        return new SegmentSource(keyspace, 0, metadata, _ => new MemoryStream(bytes));
    }

    public static ContentId Content(SegmentSource segment) => new(segment.Metadata.Origin, 0, segment.Metadata.Extents[0].XxHash128);
}
