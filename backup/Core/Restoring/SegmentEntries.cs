using System.Collections.Immutable;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>Turns entries of shard lists back into the engine's metadata.</summary>
internal static class SegmentEntries
{
    /// <summary>The metadata of an entry.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: a field cannot be read or contradicts another.</exception>
    public static SegmentMetadata ToMetadata(string key, FileEntry file)
    {
        if (!ContentId.TryParseOrigin(file.OriginId, out SegmentOrigin origin))
        {
            throw BackupException.Corrupted(key, $"'{file.OriginId}' is no origin of a segment");
        }

        if (!ContentId.TryParseDigest(file.Digest, out UInt128 digest) || file.Level < 0 || file.Extents.IsDefaultOrEmpty)
        {
            throw BackupException.Corrupted(key, $"digest, level or extents of segment '{file.OriginId}' cannot be read");
        }

        ImmutableArray<ExtentDigest> extents = [.. file.Extents.Select((extent, index) => ToDigest(key, origin, extent, index))];
        return extents.Sum(extent => extent.Length) == file.Size
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
            : throw BackupException.Corrupted(key, $"the extents of segment '{file.OriginId}' do not add up to its {file.Size} bytes");
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

        return extent.Key is { } data && data.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal)
            ? data
            : throw BackupException.Corrupted(key, $"extent '{extent.Id}' of segment '{file.OriginId}' has no object");
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
