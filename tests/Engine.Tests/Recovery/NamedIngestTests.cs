using Basalt.Engine.Recovery;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Recovery;

/// <summary>Ingests that outlive a crash: what they had complete is found again, verified and used.</summary>
public sealed class NamedIngestTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Staging => _directory["target/staging/kept-restore-1"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task TryReuse_AfterACrash_TakesWhatWasComplete()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment[] segments = [.. handle.Keyspaces.Single().Segments];
        await CrashAfterStagingAsync(handle, segments[0], segments[1]);
        using Database target = Open();

        await using (SegmentIngest ingest = target.BeginIngest("restore-1"))
        {
            ingest.AddKeyspace("k");
            foreach (PinnedSegment segment in segments)
            {
                bool isReused = await ingest.TryReuseAsync("k", segment.Level, segment.Metadata);
                Assert.Equal(segment != segments[^1], isReused);
                if (!isReused)
                {
                    await StageAsync(ingest, handle, segment);
                }
            }

            Assert.False(await ingest.TryReuseAsync("k", 0, segments[0].Metadata), "Each file is there once.");
            await ingest.CommitAsync();
        }

        Assert.Equal(Read(source), Read(target));
        Assert.False(Directory.Exists(Staging));
    }

    [Fact]
    public async Task TryReuse_OfAFileThatWasDamaged_IsFalse()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment segment = handle.Keyspaces.Single().Segments[0];
        await CrashAfterStagingAsync(handle, segment);
        string file = Assert.Single(Directory.GetFiles(Staging, "*.seg"));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        using Database target = Open();

        await using SegmentIngest ingest = target.BeginIngest("restore-1");
        ingest.AddKeyspace("k");

        Assert.False(await ingest.TryReuseAsync("k", segment.Level, segment.Metadata));
    }

    [Fact]
    public async Task TryReuse_OfAFileThatWasNotCompleted_IsFalse()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment segment = handle.Keyspaces.Single().Segments[0];
        Database crashed = Open();
        SegmentIngest interrupted = crashed.BeginIngest("restore-1");
        interrupted.AddKeyspace("k");
        StagedSegment staged = interrupted.OpenSegment("k", segment.Level, segment.Metadata);
        await using (Stream stream = handle.OpenExtent(segment, 0))
        {
            byte[] bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            await staged.WriteAsync(bytes);
        }

        crashed.Dispose();
        using Database target = Open();
        await using SegmentIngest ingest = target.BeginIngest("restore-1");
        ingest.AddKeyspace("k");

        Assert.False(await ingest.TryReuseAsync("k", segment.Level, segment.Metadata));
    }

    [Fact]
    public async Task BeginIngest_UnderAnotherName_RemovesWhatACrashLeft()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        await CrashAfterStagingAsync(handle, handle.Keyspaces.Single().Segments[0]);
        using Database target = Open();
        Assert.True(Directory.Exists(Staging));

        await using SegmentIngest ingest = target.BeginIngest("restore-2");

        Assert.False(Directory.Exists(Staging));
    }

    [Fact]
    public async Task DiscardInterrupted_AfterACrash_RemovesWhatItLeftAndNothingInUse()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        await CrashAfterStagingAsync(handle, handle.Keyspaces.Single().Segments[0]);
        using Database target = Open();
        await using SegmentIngest begun = target.BeginIngest();

        target.DiscardInterruptedIngests();

        Assert.Single(Directory.GetDirectories(_directory["target/staging"]));
        Assert.False(Directory.Exists(Staging));
    }

    [Fact]
    public async Task BeginIngest_UnderANameInUse_IsRefusedAndLeavesTheFirstAlone()
    {
        using Database target = Open();
        SegmentIngest first = target.BeginIngest("restore-1");

        DatabaseException failure = Assert.Throws<DatabaseException>(() => target.BeginIngest("restore-1"));
        await using SegmentIngest other = target.BeginIngest("restore-2");

        Assert.Contains("'restore-1'", failure.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Staging));
        await first.DisposeAsync();
        Assert.False(Directory.Exists(Staging));
        await using SegmentIngest again = target.BeginIngest("restore-1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void BeginIngest_UnderANameThatIsNotAllowed_IsRefused(string name)
    {
        using Database target = Open();

        ArgumentException failure = Assert.Throws<ArgumentException>(() => target.BeginIngest(name));

        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WithoutACommit_LeavesNothing()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        using Database target = Open();

        await using (SegmentIngest ingest = target.BeginIngest("restore-1"))
        {
            ingest.AddKeyspace("k");
            await StageAsync(ingest, handle, handle.Keyspaces.Single().Segments[0]);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory["target/staging"]));
    }

    [Fact]
    public void Names_OfCompleteFiles_TellTheirDigest()
    {
        var digest = new UInt128(0x1234, ulong.MaxValue);

        Assert.True(StagingArea.TryParse(StagingArea.Complete(digest, 7), out UInt128 parsed));
        Assert.Equal(digest, parsed);
        Assert.False(StagingArea.TryParse(StagingArea.Partial(7), out _));
        Assert.False(StagingArea.TryParse("000007.seg", out _));
    }

    /// <summary>Closing a database leaves its ingests as a crash would: they are not its to end.</summary>
    private async Task CrashAfterStagingAsync(SnapshotHandle handle, params PinnedSegment[] segments)
    {
        using Database target = Open();
        SegmentIngest ingest = target.BeginIngest("restore-1");
        ingest.AddKeyspace("k");
        foreach (PinnedSegment segment in segments)
        {
            await StageAsync(ingest, handle, segment);
        }
    }

    private static async Task StageAsync(SegmentIngest ingest, SnapshotHandle handle, PinnedSegment segment)
    {
        await using StagedSegment staged = ingest.OpenSegment("k", segment.Level, segment.Metadata);
        await using Stream stream = handle.OpenExtent(segment, 0);
        byte[] bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        await staged.WriteAsync(bytes);
        await staged.CompleteAsync();
    }

    private Database Open() => Database.Open(_directory["target"]);

    private Database WriteSource()
    {
        Database source = Database.Open(
            _directory["source"], new DatabaseOptions { Durability = Durability.Buffered, Level0CompactionTrigger = 64, Level0StopTrigger = 64 });
        Keyspace keyspace = source.CreateKeyspace("k");
        for (int run = 0; run < 3; run++)
        {
            for (int i = 0; i < 100; i++)
            {
                source.Put(keyspace, [(byte)run, (byte)i], new byte[100 + run]);
            }

            source.FlushAsync().GetAwaiter().GetResult();
        }

        return source;
    }

    private static List<(string Key, int Length)> Read(Database database)
    {
        List<(string, int)> entries = [];
        using DatabaseIterator scan = database.Scan(database.FindKeyspace("k")!);
        while (scan.MoveNext())
        {
            entries.Add((Convert.ToHexString(scan.Key), scan.Value.Length));
        }

        return entries;
    }
}
