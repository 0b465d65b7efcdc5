using System.Text;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Recovery;

public sealed class SegmentIngestTests : IDisposable
{
    private const int Entries = 800;

    private readonly TemporaryDirectory _directory = new();

    private static DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 64 << 10,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Level0CompactionTrigger = 2,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Commit_OfOneSnapshotTwice_RefusesTheSecondUntilTheFirstIsDropped()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        using Database target = Database.Open(_directory["target"], Options);

        await SnapshotCopy.RestoreAsync(handle, target);
        DatabaseException taken = await Assert.ThrowsAsync<DatabaseException>(() => SnapshotCopy.RestoreAsync(handle, target));
        Assert.Contains("already exists", taken.Message, StringComparison.Ordinal);
        Keyspace first = target.FindKeyspace("k")!;
        target.Put(first, Key(0), "newer"u8);
        target.DropKeyspace(first);
        await SnapshotCopy.RestoreAsync(handle, target);

        Verify(target);
        await target.CompactAsync();
        Verify(target);
    }

    [Fact]
    public async Task Commit_ThenReopen_HasTheKeyspacesTheirSequencesAndTheirOrigins()
    {
        // Without compactions, which would write the restored segments anew.
        DatabaseOptions quiet = Options with { Level0CompactionTrigger = 64, Level0StopTrigger = 64, LevelBaseBytes = 1 << 30 };
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        using (Database target = Database.Open(_directory["target"], quiet))
        {
            await SnapshotCopy.RestoreAsync(handle, target);
            Assert.True(target.LastSequence >= handle.Sequence, "A later write would be hidden by a restored one.");
        }

        using Database reopened = Database.Open(_directory["target"], quiet);
        Verify(reopened);
        Keyspace keyspace = reopened.FindKeyspace("k")!;
        reopened.Put(keyspace, Key(1), "newer"u8);
        Assert.Equal("newer"u8.ToArray(), reopened.Get(keyspace, Key(1)));
        await using SnapshotHandle second = await reopened.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        Assert.Subset(
            second.Keyspaces.SelectMany(pinned => pinned.Segments).Select(segment => segment.Metadata.Origin).ToHashSet(),
            handle.Keyspaces.SelectMany(pinned => pinned.Segments).Select(segment => segment.Metadata.Origin).ToHashSet());
    }

    [Fact]
    public async Task Snapshot_TakenBeforeACommit_DoesNotSeeTheRestoredKeyspace()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        using Database target = Database.Open(_directory["target"], Options);
        Keyspace own = target.CreateKeyspace("own");
        for (int i = 0; i < 5 * Entries; i++)
        {
            target.Put(own, Key(i), "v"u8);
        }

        using ReadSnapshot before = target.CreateReadSnapshot();
        await using SnapshotHandle cut = await target.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        await SnapshotCopy.RestoreAsync(handle, target);

        Assert.Null(target.Get(target.FindKeyspace("k")!, Key(0), before));
        using DatabaseIterator entries = target.Scan(target.FindKeyspace("k")!, ScanRange.All, before);
        Assert.False(entries.MoveNext());
        Assert.Equal(["own"], cut.Keyspaces.Select(pinned => pinned.Name));
    }

    [Fact]
    public async Task Complete_WhenOneByteDiffers_ReportsItAndLeavesNothing()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment segment = handle.Keyspaces.Single().Segments[0];
        using Stream stream = handle.OpenExtent(segment, 0);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        bytes[bytes.Length / 3] ^= 1;
        using Database target = Database.Open(_directory["target"], Options);

        await using (SegmentIngest ingest = target.BeginIngest())
        {
            ingest.AddKeyspace("k");
            StagedSegment staged = ingest.OpenSegment("k", segment.Level, segment.Metadata);
            DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(async () => await staged.WriteAsync(bytes));
            Assert.Equal(DatabaseError.Corruption, exception.Error);
            await Assert.ThrowsAsync<DatabaseException>(async () => await ingest.CommitAsync());
        }

        Assert.Null(target.FindKeyspace("k"));
        Assert.Empty(Directory.GetFiles(_directory["target"], "*.seg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Commit_WhenAFileCallFails_IsAllOrNothing()
    {
        using Database source = WriteSource();
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        int call = 1;
        for (bool failed = true; failed; call++)
        {
            string path = _directory[$"target-{call}"];
            using (Database.Open(path, Options))
            {
                // An open that fails is another test's matter.
            }

            FailingCall failing = new(call);
            await TryRestoreAsync(handle, path, failing);
            failed = failing.Failed is not null;
            using (Database reopened = Database.Open(path, Options))
            {
                bool isThere = reopened.FindKeyspace("k") is not null;
                Assert.True(failed || isThere);
                if (isThere)
                {
                    Verify(reopened);
                }
            }

            Directory.Delete(path, recursive: true);
        }

        Assert.InRange(call, 30, 300);
    }

    private static async Task TryRestoreAsync(SnapshotHandle handle, string path, FailingCall failing)
    {
        try
        {
            using Database target = Database.Open(path, Options with { FileSystem = failing.FileSystem });
            try
            {
                await SnapshotCopy.RestoreAsync(handle, target);
                Assert.NotNull(target.FindKeyspace("k"));
            }
            catch (DatabaseException exception)
            {
                Assert.True(exception.Error is DatabaseError.InputOutput or DatabaseError.WritesRefused, exception.Message);
            }
        }
        catch (DatabaseException exception)
        {
            Assert.Equal(DatabaseError.InputOutput, exception.Error);
        }
    }

    private Database WriteSource()
    {
        Database source = Database.Open(_directory["source"], Options);
        Keyspace keyspace = source.CreateKeyspace("k");
        for (int i = 0; i < 2 * Entries; i++)
        {
            source.Put(keyspace, Key(i), Value(i));
        }

        for (int i = Entries; i < 2 * Entries; i++)
        {
            source.Delete(keyspace, Key(i));
        }

        return source;
    }

    private static void Verify(Database database)
    {
        using DatabaseIterator entries = database.Scan(database.FindKeyspace("k")!);
        for (int i = 0; i < Entries; i++)
        {
            Assert.True(entries.MoveNext());
            Assert.True(entries.Key.SequenceEqual(Key(i)) && entries.Value.SequenceEqual(Value(i)), $"Entry {i} is wrong.");
        }

        Assert.False(entries.MoveNext());
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D6}");

    private static byte[] Value(int number) => Encoding.UTF8.GetBytes($"value-{number}-{new string('x', 60)}");
}
