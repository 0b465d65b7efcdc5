using System.Buffers.Binary;
using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>Reads a manifest from front to back.</summary>
/// <remarks>
/// Every edit was synced before it was acted upon, so only the last record may be incomplete, only above the watermark, and only in the
/// ways a crash leaves it: cut short by the end of the file, or with zeros where a sector never reached the disk. Sectors reach it in any
/// order, so the zeros may be at the record's beginning as well. Anything else is damage and stops the open.
/// </remarks>
internal static class ManifestReader
{
    /// <summary>What a disk writes whole or not at all.</summary>
    private const int SectorBytes = 512;

    public static ManifestContents Read(IFileSystem fileSystem, string path)
    {
        byte[] file = fileSystem.ReadAllBytes(path);
        (Guid databaseId, long watermark) = ManifestFormat.ReadFileHeader(file, path);
        List<VersionEdit> edits = [];
        int offset = ManifestFormat.FileHeaderLength;
        ReadEdits(file, path, edits, ref offset);
        return offset >= watermark
            ? new ManifestContents(databaseId, edits, TornTail: offset < file.Length)
            : throw Short(path, offset, watermark);
    }

    /// <summary>As <see cref="Read"/>, but damage only ends it: the edits before are good. Without a header the database id is empty.</summary>
    /// <exception cref="DatabaseException">The file cannot be read, or is of a newer format.</exception>
    public static ManifestContents ReadUntilDamage(IFileSystem fileSystem, string path, out DatabaseException? damage)
    {
        byte[] file = fileSystem.ReadAllBytes(path);
        damage = null;
        Guid databaseId = Guid.Empty;
        long watermark = 0;
        try
        {
            databaseId = ManifestFormat.ReadDatabaseId(file, path);
            watermark = ManifestFormat.ReadWatermark(file, databaseId, path);
        }
        catch (DatabaseException exception) when (exception.Error == DatabaseError.Corruption)
        {
            damage = exception;
        }

        List<VersionEdit> edits = [];
        int offset = ManifestFormat.FileHeaderLength;
        try
        {
            ReadEdits(file, path, edits, ref offset);
        }
        catch (DatabaseException exception) when (exception.Error == DatabaseError.Corruption)
        {
            damage = exception;
        }

        if (damage is null && offset < watermark)
        {
            damage = Short(path, offset, watermark);
        }

        return new ManifestContents(databaseId, edits, TornTail: offset < file.Length);
    }

    private static void ReadEdits(byte[] file, string path, List<VersionEdit> edits, ref int offset)
    {
        while (offset < file.Length)
        {
            ReadOnlySpan<byte> rest = file.AsSpan(offset);
            int length = RecordLength(rest, offset, path);
            if (length < 0)
            {
                break;
            }

            edits.Add(Decode(rest.Slice(ManifestFormat.RecordHeaderLength, length), offset, path));
            offset += ManifestFormat.RecordHeaderLength + length + 1;
        }
    }

    private static DatabaseException Short(string path, long offset, long watermark) => DatabaseException.Damage(
        $"The manifest ends although edits up to offset {watermark} were synced and took effect.", path, offset);

    /// <summary>The payload length of the record that begins at <paramref name="rest"/>, or -1 if it is the torn last one.</summary>
    private static int RecordLength(ReadOnlySpan<byte> rest, long offset, string path)
    {
        if (rest.Length < ManifestFormat.RecordHeaderLength || !rest.ContainsAnyExcept((byte)0))
        {
            return -1;
        }

        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        if (ManifestFormat.HeaderChecksum(rest[..8], offset) != expected)
        {
            // The header itself may have been cut short: a whole record has a mark that is not zero.
            if (!rest[ManifestFormat.RecordHeaderLength..].ContainsAnyExcept((byte)0) || IsTorn(rest, offset))
            {
                return -1;
            }

            throw DatabaseException.Damage("A record header of the manifest does not match its checksum.", path, offset);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0)
        {
            throw DatabaseException.Damage($"A record of the manifest says that it has {length} bytes.", path, offset);
        }

        if (length >= rest.Length - ManifestFormat.RecordHeaderLength)
        {
            return -1;
        }

        int total = ManifestFormat.RecordHeaderLength + length + 1;

        ReadOnlySpan<byte> payload = rest.Slice(ManifestFormat.RecordHeaderLength, length);
        bool intact = Crc32C.Compute(payload) == BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        byte endMark = rest[total - 1];
        bool unfinished = endMark == 0 && total == rest.Length;
        if (intact && (unfinished || endMark == ManifestFormat.EndMark))
        {
            // Whole but for its mark: whatever an edit names is durable before the edit, so taking it is right either way.
            return length;
        }

        if (unfinished || (total == rest.Length && IsTorn(rest, offset)))
        {
            return -1;
        }

        throw DatabaseException.Damage("A record of the manifest does not match its checksum.", path, offset);
    }

    /// <summary>
    /// Whether a sector of the last record never reached the disk: it reads as zeros, from the record's beginning or the sector's on. Damage
    /// leaves no such hole, and whatever is followed by a whole record was synced once.
    /// </summary>
    private static bool IsTorn(ReadOnlySpan<byte> rest, long offset)
    {
        bool hasHole = false;
        for (int start = 0; start < rest.Length && !hasHole;)
        {
            int length = (int)Math.Min(SectorBytes - ((offset + start) % SectorBytes), rest.Length - start);
            hasHole = !rest.Slice(start, length).ContainsAnyExcept((byte)0);
            start += length;
        }

        return hasHole && !HoldsRecord(rest, offset);
    }

    private static bool HoldsRecord(ReadOnlySpan<byte> rest, long offset)
    {
        for (int start = 1; start + ManifestFormat.RecordHeaderLength < rest.Length; start++)
        {
            ReadOnlySpan<byte> candidate = rest[start..];
            int length = BinaryPrimitives.ReadInt32LittleEndian(candidate);
            if (length >= 0
                && length < candidate.Length - ManifestFormat.RecordHeaderLength
                && ManifestFormat.HeaderChecksum(candidate[..8], offset + start) == BinaryPrimitives.ReadUInt32LittleEndian(candidate[8..])
                && Crc32C.Compute(candidate.Slice(ManifestFormat.RecordHeaderLength, length)) == BinaryPrimitives.ReadUInt32LittleEndian(candidate[4..]))
            {
                return true;
            }
        }

        return false;
    }

    private static VersionEdit Decode(ReadOnlySpan<byte> payload, long offset, string path)
    {
        try
        {
            return VersionEditCodec.Decode(payload.ToArray());
        }
        catch (FormatException exception)
        {
            throw DatabaseException.Damage(exception.Message, path, offset, exception);
        }
    }
}
