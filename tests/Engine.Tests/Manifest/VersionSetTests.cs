using System.Collections.Immutable;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Manifest;

public sealed class VersionSetTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _fileSystem = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void GrantLease_OnASegmentThatWasReplacedBeforeTheManifestRolled_IsThereAfterReopen()
    {
        VersionSet versions = Create();
        uint keyspace = CreateKeyspace(versions, "k");
        SegmentDefinition segment = Segment(versions);
        LsmVersion cut = AddAndReplace(versions, keyspace, segment);
        Roll(versions);

        LeaseGrant grant = new(Guid.NewGuid(), "backup", 2, Now, Now.AddHours(1), [new LeasedKeyspace("k", [(0, segment.Id)])]);
        versions.GrantLease(grant);
        cut.Release();
        versions.Close(() => { });

        VersionSet recovered = VersionSet.Recover(_fileSystem, _directory.Path, CurrentFile.Read(_fileSystem, _directory.Path)!, () => { });
        Assert.Equal(segment.Id, Assert.Single(Assert.Single(recovered.FindLease(grant.Id)!.Keyspaces).Segments).Segment.Id);
        Assert.True(recovered.Names(segment.Id.File));
        recovered.ReleaseLease(grant.Id);
        Assert.Equal(segment.Id.File, Assert.Single(recovered.TakeDeletableFiles()).Number);
    }

    [Fact]
    public void GrantLease_WhenItsEditIsOnDiskAlthoughTheCallFailed_KeepsTheFilesForTheNextOpen()
    {
        bool isFailing = false;
        VersionSet versions = Create(new InterceptedFileSystem((call, path) =>
        {
            if (isFailing && call == "Overwrite")
            {
                throw new DatabaseException(DatabaseError.InputOutput, "The disk failed.", path);
            }
        }));
        uint keyspace = CreateKeyspace(versions, "k");
        SegmentDefinition segment = Segment(versions);
        LsmVersion cut = AddAndReplace(versions, keyspace, segment);
        LeaseGrant grant = new(Guid.NewGuid(), "backup", 2, Now, Now.AddHours(1), [new LeasedKeyspace("k", [(0, segment.Id)])]);
        isFailing = true;

        Assert.Throws<DatabaseException>(() => versions.GrantLease(grant));
        cut.Release();

        Assert.Empty(versions.TakeDeletableFiles());
        versions.Close(() => { });
        VersionSet recovered = VersionSet.Recover(_fileSystem, _directory.Path, CurrentFile.Read(_fileSystem, _directory.Path)!, () => { });
        Assert.NotNull(recovered.FindLease(grant.Id));
    }

    [Fact]
    public void Recover_AfterARollWithAReplacedSegmentThatNoLeaseNames_ForgetsItsFile()
    {
        VersionSet versions = Create();
        uint keyspace = CreateKeyspace(versions, "k");
        SegmentDefinition segment = Segment(versions);
        LsmVersion cut = AddAndReplace(versions, keyspace, segment);
        Roll(versions);
        cut.Release();
        versions.Close(() => { });

        VersionSet recovered = VersionSet.Recover(_fileSystem, _directory.Path, CurrentFile.Read(_fileSystem, _directory.Path)!, () => { });

        Assert.False(recovered.Names(segment.Id.File));
    }

    [Fact]
    public void TakeDeletableFiles_OfAFileWithSeveralSegments_ForgetsAllOfThem()
    {
        VersionSet versions = Create();
        uint keyspace = CreateKeyspace(versions, "k");
        SegmentDefinition first = Segment(versions);
        SegmentDefinition second = first with { Id = first.Id with { Offset = 100 } };
        SegmentDefinition other = Segment(versions);
        versions.Apply((_, edit) =>
        {
            edit.AddedSegments.AddRange(new[] { first, second, other }.Select(segment => new SegmentPlacement(keyspace, 0, segment)));
            return true;
        }).Release();
        versions.Apply((_, edit) =>
        {
            edit.RemovedSegments.Add(new SegmentRemoval(keyspace, first.Id));
            edit.RemovedSegments.Add(new SegmentRemoval(keyspace, second.Id));
            return true;
        }).Release();

        SegmentFile file = Assert.Single(versions.TakeDeletableFiles());

        Assert.Equal((first.Id.File, 200L), (file.Number, file.Length));
        Assert.Equal((false, true), (versions.Names(first.Id.File), versions.Names(other.Id.File)));
    }

    [Fact]
    public void Apply_AfterAnEditThatFailedInMemory_TakesNoFurtherEdit()
    {
        VersionSet versions = Create();
        uint keyspace = CreateKeyspace(versions, "k");
        Assert.Throws<KeyNotFoundException>(() => versions.Apply((_, edit) =>
        {
            edit.DroppedKeyspaces.Add(keyspace + 1);
            return true;
        }));

        DatabaseException exception = Assert.Throws<DatabaseException>(() => CreateKeyspace(versions, "later"));

        Assert.Equal(DatabaseError.WritesRefused, exception.Error);
        Assert.IsType<KeyNotFoundException>(versions.Failure);
    }

    private VersionSet Create(IFileSystem? fileSystem = null) => new(fileSystem ?? _fileSystem, _directory.Path, Guid.NewGuid(), () => { });

    private static uint CreateKeyspace(VersionSet versions, string name)
    {
        uint id = versions.NewKeyspaceId();
        versions.Apply((_, edit) =>
        {
            edit.CreatedKeyspaces.Add(new KeyspaceDefinition(id, name, 1));
            return true;
        }).Release();
        return id;
    }

    /// <summary>Adds a segment and removes it again.</summary>
    /// <returns>The version in between, as whoever makes a cut holds it.</returns>
    private static LsmVersion AddAndReplace(VersionSet versions, uint keyspace, SegmentDefinition segment)
    {
        LsmVersion cut = versions.Apply((_, edit) =>
        {
            edit.AddedSegments.Add(new SegmentPlacement(keyspace, 0, segment));
            return true;
        });
        versions.Apply((_, edit) =>
        {
            edit.RemovedSegments.Add(new SegmentRemoval(keyspace, segment.Id));
            return true;
        }).Release();
        return cut;
    }

    /// <summary>Fills the manifest with the traces of keyspaces that came and went until a new one is begun.</summary>
    private static void Roll(VersionSet versions)
    {
        string? manifest = versions.ManifestName;
        while (versions.ManifestName == manifest)
        {
            uint id = CreateKeyspace(versions, new string('n', 300_000));
            versions.Apply((_, edit) =>
            {
                edit.DroppedKeyspaces.Add(id);
                return true;
            }).Release();
        }
    }

    private SegmentDefinition Segment(VersionSet versions)
    {
        ulong file = versions.NewFileNumber();
        File.WriteAllBytes(_directory[FileNames.Segment(file)], new byte[100]);
        return new SegmentDefinition(new SegmentId(file, 0), new SegmentMetadata
        {
            Origin = new SegmentOrigin(versions.DatabaseId, file, 0),
            Length = 100,
            Digest = 1,
            Extents = ImmutableArray.Create(new ExtentDigest(100, 1, 1)),
            SmallestKey = new byte[] { 1 },
            LargestKey = new byte[] { 2 },
            SmallestSequence = 1,
            LargestSequence = 2,
            EntryCount = 2,
            TombstoneCount = 0,
            RawBytes = 10,
        });
    }
}
