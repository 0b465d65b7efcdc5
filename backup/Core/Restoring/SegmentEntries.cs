using System.Collections.Immutable;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>Turns entries of shard lists back into the engine's metadata.</summary>
internal static class SegmentEntries
{
    private const int MaxLevel = 6;

    /// <summary>The engine's limit for segments that come from elsewhere.</summary>
    private const ulong MaxSequence = (1UL << 55) - 1;

    /// <summary>The metadata of an entry.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: a field cannot be read or contradicts another.</exception>
    public static SegmentMetadata ToMetadata(string key, FileEntry file)
    {
        if (!ContentId.TryParseOrigin(file.OriginId, out SegmentOrigin origin))
        {
            throw BackupException.Corrupted(key, $"'{file.OriginId}' is no origin of a segment");
        }

        if (!ContentId.TryParseDigest(file.Digest, out UInt128 digest) || file.Level is < 0 or > MaxLevel || file.Extents.IsEmpty)
        {
            throw BackupException.Corrupted(key, $"digest, level or extents of segment '{file.OriginId}' cannot be read");
        }

        ImmutableArray<ExtentDigest> extents = [.. file.Extents.Select((extent, index) => ToDigest(key, origin, extent, index))];
        return IsLaidOut(extents, file.Size) && file.SeqMin <= file.SeqMax && file.SeqMax <= MaxSequence
            ? new SegmentMetadata
            {
                Origin = origin,
                Length = file.Size,
                Digest = digest,
                Extents = extents,
                SmallestKey = file.KeyMin,
                LargestKey = file.KeyMax,
                SmallestSequence = file.SeqMin,
                LargestSequence = file.SeqMax,
                EntryCount = file.Entries,
                TombstoneCount = file.Tombstones,
                RawBytes = file.RawBytes,
            }
            : throw BackupException.Corrupted(key, $"segment '{file.OriginId}' of {file.Size} bytes has other extents, or sequence numbers that do not exist");
    }

    /// <summary>The object of an extent that has one.</summary>
    public static string RequireObject(string key, FileEntry file, ExtentEntry extent)
    {
        if (extent.Codec is not ExtentFrame.PlainCodec)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Extent '{extent.Id}' in '{key}' has codec '{extent.Codec}'; this build reads '{ExtentFrame.PlainCodec}'. Use the version that wrote it.",
                objectKey: key);
        }

        return ObjectKey.IsValid(extent.Key) && extent.Key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal)
            ? extent.Key
            : throw BackupException.Corrupted(key, $"extent '{extent.Id}' of segment '{file.OriginId}' has no object");
    }

    /// <summary>All extents but the last have the full size.</summary>
    private static bool IsLaidOut(ImmutableArray<ExtentDigest> extents, long size)
    {
        long rest = size;
        foreach (ExtentDigest extent in extents)
        {
            if (rest <= 0 || extent.Length != Math.Min(rest, SegmentMetadata.ExtentSize))
            {
                return false;
            }

            rest -= extent.Length;
        }

        return rest == 0;
    }

    private static ExtentDigest ToDigest(string key, SegmentOrigin origin, ExtentEntry extent, int index) =>
        ContentId.TryParse(extent.Id, out ContentId content)
        && content.Origin == origin
        && content.Extent == index
        && extent.Len > 0
        && Hex.TryParse(extent.Crc32c, out uint crc)
            ? new ExtentDigest(extent.Len, content.XxHash128, crc)
            : throw BackupException.Corrupted(key, $"extent '{extent.Id}' cannot be read or is not extent {index} of '{origin}'");
}
