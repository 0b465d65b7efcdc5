using System.Collections.Immutable;
using Basalt.Engine.Manifest;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Manifest;

public sealed class ManifestTests : IDisposable
{
    private static readonly Guid DatabaseId = new("6f1c2a34-0000-4000-8000-0123456789ab");

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _fileSystem = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Edit_WhenEncodedAndDecoded_IsTheSame()
    {
        VersionEdit edit = FullEdit();

        VersionEdit decoded = VersionEditCodec.Decode(VersionEditCodec.Encode(edit));

        Assert.Equal(Describe(edit), Describe(decoded));
    }

    [Fact]
    public void Edit_WhenItHoldsAnUnknownField_IsRefused() =>
        Assert.Throws<FormatException>(() => VersionEditCodec.Decode([99]));

    [Fact]
    public void Manifest_WhenReadBack_HasAllEdits()
    {
        string path = WriteManifest(FullEdit(), new VersionEdit { LogFloor = 7 });

        ManifestContents contents = ManifestReader.Read(_fileSystem, path);

        Assert.Equal(DatabaseId, contents.DatabaseId);
        Assert.Equal(2, contents.Edits.Count);
        Assert.Equal(7ul, contents.Edits[1].LogFloor);
        Assert.False(contents.TornTail);
    }

    [Fact]
    public void Manifest_WhenAnyByteIsDamaged_IsRefusedWithFileAndOffset()
    {
        string path = WriteManifest(FullEdit(), new VersionEdit { LogFloor = 7 });
        byte[] original = File.ReadAllBytes(path);

        for (int i = 0; i < original.Length; i++)
        {
            foreach (byte mask in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF, original[i] == 0 ? (byte)0x10 : original[i]])
            {
                byte[] damaged = [.. original];
                damaged[i] ^= mask;
                File.WriteAllBytes(path, damaged);
                if (i == original.Length - 1 && damaged[i] == 0)
                {
                    // An end mark that never reached the disk: the record is whole all the same.
                    Assert.Equal(2, ManifestReader.Read(_fileSystem, path).Edits.Count);
                    continue;
                }

                DatabaseException exception = Assert.Throws<DatabaseException>(() => ManifestReader.Read(_fileSystem, path));

                Assert.Equal(path, exception.File);
            }
        }
    }

    [Fact]
    public void Manifest_WhenACrashCutItsLastRecordShort_LosesThatRecordOnly()
    {
        byte[] first = File.ReadAllBytes(WriteManifest(FullEdit()));
        string path = WriteManifest(FullEdit(), new VersionEdit { LogFloor = 7 });
        byte[] original = File.ReadAllBytes(path);

        // The crash came before the second edit was synced, so the watermark is that of the first.
        first.AsSpan(0, ManifestFormat.FileHeaderLength).CopyTo(original);
        int whole = first.Length;
        for (int length = whole; length < original.Length; length++)
        {
            File.WriteAllBytes(path, original[..length]);
            ManifestContents contents = ManifestReader.Read(_fileSystem, path);
            Assert.Single(contents.Edits);
            Assert.Equal(length > whole, contents.TornTail);

            byte[] zeroTail = [.. original[..length], .. new byte[original.Length - length]];
            File.WriteAllBytes(path, zeroTail);
            bool onlyMarkMissing = length == original.Length - 1;
            Assert.Equal(onlyMarkMissing ? 2 : 1, ManifestReader.Read(_fileSystem, path).Edits.Count);
        }
    }

    /// <summary>Found by simulation: only the later sectors reached the disk, and the manifest was taken for damaged.</summary>
    [Fact]
    public void Manifest_WhenAPowerLossKeptSomeSectorsOfTheLastRecord_LosesThatRecordOnly()
    {
        const int SectorBytes = 512;
        VersionEdit large = FullEdit();
        large.AddedSegments.AddRange(Enumerable.Range(10, 12).Select(file => new SegmentPlacement(1, 6, Segment((ulong)file, 0))));
        byte[] first = File.ReadAllBytes(WriteManifest(FullEdit()));
        string path = WriteManifest(FullEdit(), large);
        byte[] original = File.ReadAllBytes(path);
        first.AsSpan(0, ManifestFormat.FileHeaderLength).CopyTo(original);
        int firstSector = first.Length / SectorBytes;
        int sectors = ((original.Length - 1) / SectorBytes) - firstSector + 1;

        for (int kept = 0; kept < (1 << sectors) - 1; kept++)
        {
            byte[] torn = [.. original];
            for (int sector = 0; sector < sectors; sector++)
            {
                if ((kept & (1 << sector)) == 0)
                {
                    int start = Math.Max((firstSector + sector) * SectorBytes, first.Length);
                    torn.AsSpan(start, Math.Min((firstSector + sector + 1) * SectorBytes, torn.Length) - start).Clear();
                }
            }

            File.WriteAllBytes(path, torn);
            ManifestContents contents = ManifestReader.Read(_fileSystem, path);
            Assert.Single(contents.Edits);
            Assert.True(contents.TornTail);
        }
    }

    [Fact]
    public void Manifest_WhenASectorBeforeAWholeRecordIsGone_IsRefused()
    {
        string path = WriteManifest(FullEdit(), FullEdit(), new VersionEdit { LogFloor = 7 });
        byte[] damaged = File.ReadAllBytes(path);

        // A power loss may have left a watermark that is one sync behind.
        File.ReadAllBytes(WriteManifest(FullEdit())).AsSpan(0, ManifestFormat.FileHeaderLength).CopyTo(damaged);
        int sector = (damaged.Length / 512 * 512) - 512;
        damaged.AsSpan(Math.Max(sector, ManifestFormat.FileHeaderLength), 512).Clear();
        File.WriteAllBytes(path, damaged);

        Assert.Equal(DatabaseError.Corruption, Assert.Throws<DatabaseException>(() => ManifestReader.Read(_fileSystem, path)).Error);
    }

    [Fact]
    public void Manifest_WhenItIsCutToAnyLengthLater_IsRefused()
    {
        string path = WriteManifest(FullEdit(), new VersionEdit { LogFloor = 7 });
        byte[] original = File.ReadAllBytes(path);

        for (int length = 0; length < original.Length; length++)
        {
            File.WriteAllBytes(path, original[..length]);
            DatabaseException cut = Assert.Throws<DatabaseException>(() => ManifestReader.Read(_fileSystem, path));
            Assert.Equal((DatabaseError.Corruption, path), (cut.Error, cut.File));

            // A tail of zeros loses nothing as long as it is the end mark alone.
            byte[] zeroTail = [.. original[..length], .. new byte[original.Length - length]];
            File.WriteAllBytes(path, zeroTail);
            if (length == original.Length - 1)
            {
                Assert.Equal(2, ManifestReader.Read(_fileSystem, path).Edits.Count);
                continue;
            }

            Assert.Equal(DatabaseError.Corruption, Assert.Throws<DatabaseException>(() => ManifestReader.Read(_fileSystem, path)).Error);
        }
    }

    [Fact]
    public void Current_WhenAnyByteIsFlipped_IsRefused()
    {
        CurrentFile.Prepare(_fileSystem, _directory.Path, "MANIFEST-000001");
        CurrentFile.Switch(_fileSystem, _directory.Path);
        byte[] original = File.ReadAllBytes(_directory["CURRENT"]);
        Assert.Equal("MANIFEST-000001", CurrentFile.Read(_fileSystem, _directory.Path));

        for (int i = 0; i < original.Length; i++)
        {
            byte[] damaged = [.. original];
            damaged[i] ^= 0x01;
            File.WriteAllBytes(_directory["CURRENT"], damaged);

            DatabaseException exception = Assert.Throws<DatabaseException>(() => CurrentFile.Read(_fileSystem, _directory.Path));
            Assert.Equal(DatabaseError.Corruption, exception.Error);
        }
    }

    private string WriteManifest(params VersionEdit[] edits)
    {
        string path = _directory["MANIFEST-000001"];
        File.Delete(path);
        using ManifestWriter writer = new(_fileSystem, path, DatabaseId);
        foreach (VersionEdit edit in edits)
        {
            writer.Append(writer.Reserve(edit));
        }

        return path;
    }

    private static VersionEdit FullEdit()
    {
        VersionEdit edit = new() { LogFloor = 3, NextFileNumber = 900, NextKeyspaceId = 4, LastSequence = 1ul << 50 };
        edit.CreatedKeyspaces.Add(new KeyspaceDefinition(1, "Größe/a", 12));
        edit.DroppedKeyspaces.Add(2);
        edit.AddedSegments.Add(new SegmentPlacement(1, 6, Segment(5, 0)));
        edit.RemovedSegments.Add(new SegmentRemoval(1, new SegmentId(4, 4096)));
        edit.LeasedSegments.Add(Segment(8, 77));
        edit.GrantedLeases.Add(new LeaseGrant(
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            "backup nightly",
            99,
            DateTimeOffset.UnixEpoch.AddDays(1),
            DateTimeOffset.UnixEpoch.AddDays(2),
            [new LeasedKeyspace("a", [(0, new SegmentId(5, 0)), (3, new SegmentId(8, 77))]), new LeasedKeyspace("empty", [])]));
        edit.RenewedLeases.Add(new LeaseRenewal(Guid.Empty, DateTimeOffset.UnixEpoch));
        edit.ReleasedLeases.Add(DatabaseId);
        return edit;
    }

    private static SegmentDefinition Segment(ulong file, long offset) => new(new SegmentId(file, offset), new SegmentMetadata
    {
        Origin = new SegmentOrigin(DatabaseId, file, offset),
        Length = 5000,
        Digest = new UInt128(1, 2),
        Extents = ImmutableArray.Create(new ExtentDigest(4000, new UInt128(3, 4), 5), new ExtentDigest(1000, UInt128.MaxValue, uint.MaxValue)),
        SmallestKey = Array.Empty<byte>(),
        LargestKey = new byte[] { 0xFF, 0 },
        SmallestSequence = 1,
        LargestSequence = 2,
        EntryCount = 3,
        TombstoneCount = 1,
        RawBytes = 9000,
    });

    private static string Describe(VersionEdit edit) => Convert.ToHexString(VersionEditCodec.Encode(edit))
        + string.Join(",", edit.GrantedLeases.SelectMany(lease => lease.Keyspaces).Select(keyspace => keyspace.Name))
        + string.Join(",", edit.AddedSegments.Select(added => $"{added.Keyspace} {added.Level} {added.Segment.Metadata.Digest} {added.Segment.Metadata.Extents.Length}"));
}
