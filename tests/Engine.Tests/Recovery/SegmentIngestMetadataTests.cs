using System.Collections.Immutable;
using Basalt.Engine.Keys;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Recovery;

public sealed class SegmentIngestMetadataTests : IDisposable
{
    private static readonly SegmentMetadata Metadata = new()
    {
        Origin = new SegmentOrigin(Guid.Empty, 1, 0),
        Length = SegmentMetadata.ExtentSize + 5,
        Digest = 1,
        Extents = Extents(SegmentMetadata.ExtentSize, 5),
        SmallestKey = Array.Empty<byte>(),
        LargestKey = Array.Empty<byte>(),
        SmallestSequence = 1,
        LargestSequence = 1,
        EntryCount = 1,
        TombstoneCount = 0,
        RawBytes = 5,
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task OpenSegment_WhenTheExtentsAreNotTheOnesOfSuchASegment_IsRefused()
    {
        using Database database = Database.Open(_directory.Path);
        await using SegmentIngest ingest = database.BeginIngest();
        ingest.AddKeyspace("k");
        await using StagedSegment right = ingest.OpenSegment("k", 0, Metadata);

        ImmutableArray<ExtentDigest>[] others =
        [
            [], Extents(SegmentMetadata.ExtentSize), Extents(5, SegmentMetadata.ExtentSize), Extents(SegmentMetadata.ExtentSize + 5),
            Extents(SegmentMetadata.ExtentSize, 4, 1), Extents(SegmentMetadata.ExtentSize, 5, 0), Extents(SegmentMetadata.ExtentSize, 6, -1),
        ];

        Assert.All(others, extents => Assert.Throws<ArgumentException>(() => ingest.OpenSegment("k", 0, Metadata with { Extents = extents })));
        Assert.Throws<ArgumentException>(() => ingest.OpenSegment("k", 0, Metadata with { Length = 0, Extents = [] }));
    }

    [Fact]
    public async Task OpenSegment_WhenItsSequenceNumbersWouldLeaveNoneForLaterWrites_IsRefused()
    {
        using Database database = Database.Open(_directory.Path);
        await using SegmentIngest ingest = database.BeginIngest();
        ingest.AddKeyspace("k");

        Assert.Throws<ArgumentException>(() => ingest.OpenSegment("k", 0, Metadata with { LargestSequence = InternalKey.MaxSequence }));
    }

    [Fact]
    public async Task Commit_WhenTheKeyRangeIsNotTheSegments_IsRefusedAndChangesNothing()
    {
        using Database source = Database.Open(_directory["source"]);
        source.Put(source.CreateKeyspace("k"), "m"u8, "v"u8);
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment segment = Assert.Single(handle.Keyspaces[0].Segments);
        using Database target = Database.Open(_directory["target"]);
        await using SegmentIngest ingest = target.BeginIngest();
        ingest.AddKeyspace("k");
        await using StagedSegment staged = ingest.OpenSegment("k", 0, segment.Metadata with { SmallestKey = "n"u8.ToArray(), LargestKey = "z"u8.ToArray() });
        await staged.WriteAsync(File.ReadAllBytes(segment.Path));
        await staged.CompleteAsync();

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(async () => await ingest.CommitAsync());

        Assert.Equal(DatabaseError.Corruption, exception.Error);
        Assert.Empty(target.Keyspaces);
    }

    private static ImmutableArray<ExtentDigest> Extents(params long[] lengths) => [.. lengths.Select(length => new ExtentDigest(length, 1, 1))];
}
