using System.Collections.Immutable;
using System.IO.Hashing;
using Basalt.Engine.Checksums;
using Basalt.Engine.Recovery;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Recovery;

public sealed class StagedSegmentTests : IDisposable
{
    private static readonly byte[] Content = [1, 2, 3, 4, 5];

    private readonly TemporaryDirectory _directory = new();
    private StagedFile? _staged;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Complete_AfterASyncThatFailed_NeverSucceeds()
    {
        bool fails = true;
        await using StagedSegment segment = Stage((call, path) =>
        {
            if (call == nameof(IWritableFile.Sync) && fails)
            {
                throw new DatabaseException(DatabaseError.InputOutput, "The disk failed.", path);
            }
        });
        await segment.WriteAsync(Content);
        await Assert.ThrowsAsync<DatabaseException>(async () => await segment.CompleteAsync());
        fails = false;

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(async () => await segment.CompleteAsync());

        Assert.Equal(DatabaseError.InputOutput, exception.Error);
        Assert.False(_staged!.IsComplete);
    }

    [Fact]
    public async Task Complete_AfterACancelledAttempt_CanBeTriedAgain()
    {
        await using StagedSegment segment = Stage((_, _) => { });
        await segment.WriteAsync(Content);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await segment.CompleteAsync(new CancellationToken(canceled: true)));

        await segment.CompleteAsync();

        Assert.True(_staged!.IsComplete);
    }

    private StagedSegment Stage(Action<string, string> before)
    {
        var files = new InterceptedFileSystem(before);
        IWritableFile writer = files.Create(_directory[StagingArea.Partial(1)]);
        UInt128 digest = XxHash128.HashToUInt128(Content);
        var metadata = new SegmentMetadata
        {
            Origin = new SegmentOrigin(Guid.Empty, 1, 0),
            Length = Content.Length,
            Digest = digest,
            Extents = ImmutableArray.Create(new ExtentDigest(Content.Length, digest, Crc32C.Compute(Content))),
            SmallestKey = Array.Empty<byte>(),
            LargestKey = Array.Empty<byte>(),
            SmallestSequence = 1,
            LargestSequence = 1,
            EntryCount = 1,
            TombstoneCount = 0,
            RawBytes = 5,
        };
        _staged = new StagedFile(_directory.Path, 1, "k", 0, metadata) { Writer = writer };
        return new StagedSegment(files, _staged, writer);
    }
}
