using System.Text;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Snapshots;

public sealed class SnapshotHandleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    private DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 256 << 10,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Level0CompactionTrigger = 2,
        TimeProvider = _clock,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Create_WhileNothingWasWritten_PinsTheEmptyKeyspaces()
    {
        using Database database = Database.Open(_directory.Path, Options);
        database.CreateKeyspaces(["b", "a"]);

        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });

        Assert.Equal(["a", "b"], handle.Keyspaces.Select(keyspace => keyspace.Name));
        Assert.Equal(0, handle.Length);
    }

    [Fact]
    public async Task Create_WhenAskedToTell_TellsOfTheCutSoThatLaterWritesAreNotInside()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Put(keyspace, "before"u8, "v"u8);
        int told = 0;
        void OnCut()
        {
            told++;
            database.Put(keyspace, "after"u8, "v"u8);
        }

        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test", OnCut = OnCut });

        Assert.Equal(1, told);
        Assert.Equal(1, Assert.Single(Assert.Single(handle.Keyspaces).Segments).Metadata.EntryCount);
    }

    [Fact]
    public async Task Create_WhenKeyspacesAreChosen_PinsOnlyThose()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace a = database.CreateKeyspace("a");
        Keyspace b = database.CreateKeyspace("b");
        database.Put(a, "k"u8, "v"u8);
        database.Put(b, "k"u8, "v"u8);

        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test", Keyspaces = ["b"] });

        PinnedKeyspace only = Assert.Single(handle.Keyspaces);
        Assert.Equal("b", only.Name);
        Assert.Single(only.Segments);
    }

    [Fact]
    public async Task Create_WhenAKeyspaceIsUnknown_IsRefusedAndLeavesNoLease()
    {
        using Database database = Database.Open(_directory.Path, Options);

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(
            () => database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test", Keyspaces = ["ghost"] }));

        Assert.Contains("ghost", exception.Message, StringComparison.Ordinal);
        Assert.Empty(database.Leases);
    }

    [Fact]
    public async Task Restore_OfAHandleIntoAnotherDatabase_HasExactlyTheWritesBeforeTheCut()
    {
        using Database database = Database.Open(_directory["source"], Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 3000, "before");
        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        Fill(database, keyspace, 0, 3000, "after");
        Fill(database, keyspace, 3000, 100, "after");

        using Database copy = Database.Open(_directory["copy"], Options);
        await SnapshotCopy.RestoreAsync(handle, copy);

        Assert.Equal(3000, Count(copy, "before"));
        Assert.Equal(0, Count(copy, "after"));
        copy.Put(copy.FindKeyspace("k")!, Key(5), "newest"u8);
        Assert.Equal("newest"u8.ToArray(), copy.Get(copy.FindKeyspace("k")!, Key(5)));
    }

    [Fact]
    public async Task Compaction_DuringALongHeldHandle_GoesOnAndItsFilesGoAfterRelease()
    {
        using Database database = Database.Open(_directory["source"], Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 3000, "before");
        SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        string[] leased = [.. handle.Keyspaces.SelectMany(pinned => pinned.Segments).Select(segment => segment.Path)];

        Fill(database, keyspace, 0, 3000, "after");
        await database.CompactAsync(keyspace);

        Assert.True(database.GetStatistics().HeldBytes > 0);
        Assert.All(leased, file => Assert.True(File.Exists(file)));
        using (Database copy = Database.Open(_directory["copy"], Options))
        {
            await SnapshotCopy.RestoreAsync(handle, copy);
            Assert.Equal(3000, Count(copy, "before"));
        }

        await handle.DisposeAsync();
        await Eventually.TrueAsync(() => !leased.Any(File.Exists));
        Assert.Equal(0, database.GetStatistics().HeldBytes);
        Assert.Equal(3000, Count(database, "after"));
    }

    [Fact]
    public async Task Lease_WhenTheDatabaseIsClosedAndReopened_IsStillThere()
    {
        Guid lease;
        using (Database database = Database.Open(_directory["source"], Options))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            Fill(database, keyspace, 0, 2000, "before");
            SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "nightly" });
            Fill(database, keyspace, 0, 2000, "after");
            await database.CompactAsync(keyspace);
            handle.Detach();
            lease = handle.Id;
        }

        using (Database reopened = Database.Open(_directory["source"], Options))
        {
            LeaseInfo info = Assert.Single(reopened.Leases);
            Assert.Equal((lease, "nightly"), (info.Id, info.Owner));
            Assert.True(info.HeldBytes > 0);
            await using SnapshotHandle handle = await reopened.ReopenSnapshotAsync(lease);
            using Database copy = Database.Open(_directory["copy"], Options);
            await SnapshotCopy.RestoreAsync(handle, copy);
            Assert.Equal(2000, Count(copy, "before"));
        }

        using Database last = Database.Open(_directory["source"], Options);
        Assert.Empty(last.Leases);
        Assert.Equal(2000, Count(last, "after"));
    }

    [Fact]
    public async Task Lease_WhenItLapses_IsDroppedAndTheHandleSaysSo()
    {
        using Database database = Database.Open(_directory["source"], Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 1000, "before");
        SnapshotHandle handle = await database.CreateSnapshotAsync(
            new SnapshotOptions { Owner = "test", TimeToLive = TimeSpan.FromMinutes(10) });
        _clock.Advance(TimeSpan.FromMinutes(9));
        await handle.RenewAsync(TimeSpan.FromMinutes(10));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Single(database.Leases);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => database.Leases.Count == 0);

        PinnedSegment segment = handle.Keyspaces[0].Segments[0];
        Assert.Throws<DatabaseException>(() => handle.OpenExtent(segment, 0));
        await Assert.ThrowsAsync<DatabaseException>(async () => await handle.RenewAsync(TimeSpan.FromMinutes(1)));
        await handle.DisposeAsync();
    }

    [Fact]
    public async Task Lease_WhenItLapsedWhileTheDatabaseWasClosed_IsDroppedAtOpen()
    {
        using (Database database = Database.Open(_directory["source"], Options))
        {
            Fill(database, database.CreateKeyspace("k"), 0, 1000, "before");
            (await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test", TimeToLive = TimeSpan.FromMinutes(1) })).Detach();
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        using Database reopened = Database.Open(_directory["source"], Options);

        Assert.Empty(reopened.Leases);
    }

    [Fact]
    public async Task Create_WhenLeasesHoldTooMuch_IsRefused()
    {
        using Database database = Database.Open(_directory["source"], Options with { MaxLeasedBytes = 1 });
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 1000, "before");
        await using SnapshotHandle first = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "first" });
        Fill(database, keyspace, 0, 1000, "after");
        await database.CompactAsync(keyspace);

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(
            () => database.CreateSnapshotAsync(new SnapshotOptions { Owner = "second" }));

        Assert.Equal(DatabaseError.LimitExceeded, exception.Error);
    }

    [Fact]
    public async Task OpenExtent_WhenTheFileRotted_FailsAndNamesIt()
    {
        using Database database = Database.Open(_directory["source"], Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 500, "before");
        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        string file = Assert.Single(SegmentFiles());
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x20;
        File.WriteAllBytes(file, bytes);

        using Stream stream = handle.OpenExtent(handle.Keyspaces[0].Segments[0], 0);
        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(() => stream.CopyToAsync(Stream.Null));

        Assert.Equal((DatabaseError.Corruption, file), (exception.Error, exception.File));
    }

    [Fact]
    public async Task Drop_OfAPinnedKeyspace_LeavesItsSegmentsToTheLease()
    {
        using Database database = Database.Open(_directory["source"], Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(database, keyspace, 0, 1000, "before");
        SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });

        database.DropKeyspace(keyspace);

        using (Database copy = Database.Open(_directory["copy"], Options))
        {
            await SnapshotCopy.RestoreAsync(handle, copy);
            Assert.Equal(1000, Count(copy, "before"));
        }

        await handle.DisposeAsync();
        await Eventually.TrueAsync(() => SegmentFiles().Length == 0);
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D6}");

    private static void Fill(Database database, Keyspace keyspace, int first, int count, string value)
    {
        for (int i = first; i < first + count; i++)
        {
            database.Put(keyspace, Key(i), Encoding.UTF8.GetBytes($"{value}-{i}-{new string('x', 100)}"));
        }
    }

    private static int Count(Database database, string valuePrefix)
    {
        using DatabaseIterator entries = database.Scan(database.FindKeyspace("k")!);
        int count = 0;
        while (entries.MoveNext())
        {
            count += Encoding.UTF8.GetString(entries.Value).StartsWith(valuePrefix, StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    private string[] SegmentFiles() => Directory.GetFiles(_directory["source"], "*.seg");
}
