using System.Collections.Concurrent;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>A full disk is no failure: reads go on, what cannot be kept is refused, and writes go on by themselves once there is space.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Segments = ".seg";
    private const string Logs = ".spare";
    private const string Manifests = "MANIFEST-";

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<DatabaseEvent> _events = new();
    private long _free;
    private volatile string? _full;

    public FullDiskTests() => Free(1L << 30);

    private DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 64 << 10,
        FileSystem = new InterceptedFileSystem(Meet) { Free = () => Interlocked.Read(ref _free) },
        OnEvent = _events.Enqueue,
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Segments)]
    [InlineData(Logs)]
    public async Task Put_OnAFullDisk_IsRefusedAndGoesOnByItselfOnceThereIsSpace(string files)
    {
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Fill(files);

        int written = WriteUntilRefused(database, keyspace, out DatabaseException refusal);

        Assert.Equal(DatabaseError.OutOfSpace, refusal.Error);
        Assert.Contains("writes go on by themselves", refusal.Message, StringComparison.Ordinal);
        Assert.True(database.GetStatistics().IsOutOfSpace);
        AssertAllThere(database, keyspace, written);

        Free(1L << 30);

        await Eventually.TrueAsync(() => !database.GetStatistics().IsOutOfSpace);
        Write(database, keyspace, written, 500);
        await database.FlushAsync();
        AssertAllThere(database, keyspace, written + 500);
        Assert.Equal([DatabaseEventKind.OutOfSpace, DatabaseEventKind.SpaceRegained], _events.Select(noted => noted.Kind));
    }

    [Fact]
    public async Task FlushAndSnapshot_OnAFullDisk_FailAtOnceAndLeaveNoFile()
    {
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Write(database, keyspace, 0, 10);
        Fill(Segments);

        DatabaseException flush = await Assert.ThrowsAsync<DatabaseException>(() => database.FlushAsync());
        DatabaseException snapshot = await Assert.ThrowsAsync<DatabaseException>(
            () => database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" }));

        Assert.Equal(DatabaseError.OutOfSpace, flush.Error);
        Assert.Equal(DatabaseError.OutOfSpace, snapshot.Error);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.seg"));
        Assert.Empty(database.Leases);

        Free(1L << 30);
        await Eventually.TrueAsync(() => !database.GetStatistics().IsOutOfSpace);
        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        Assert.Single(handle.Keyspaces);
    }

    [Fact]
    public async Task Edit_OnAFullDisk_IsNotMadeAndMayBeMadeLater()
    {
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Write(database, keyspace, 0, 10);
        Fill(Manifests);

        DatabaseException? refused = null;
        int created = 0;
        for (; refused is null; created++)
        {
            // The first ones find room in what was reserved.
            refused = (DatabaseException?)Record.Exception(() => database.CreateKeyspaces([.. Enumerable.Range(0, 50).Select(i => $"{created}-{i}")]));
        }

        Assert.Equal(DatabaseError.OutOfSpace, refused.Error);
        Assert.Null(database.FindKeyspace($"{created - 1}-0"));
        AssertAllThere(database, keyspace, 10);

        Free(1L << 30);
        database.CreateKeyspace("later");
        Write(database, keyspace, 10, 10);
        await database.FlushAsync();
        await database.DisposeAsync();
        await using Database reopened = Database.Open(_directory.Path, Options);
        Assert.Equal(2 + (50 * (created - 1)), reopened.Keyspaces.Count);
        AssertAllThere(reopened, reopened.FindKeyspace("k")!, 20);
    }

    [Fact]
    public void Drop_OnAFullDisk_FindsRoomInTheReserve()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace[] keyspaces = [.. database.CreateKeyspaces([.. Enumerable.Range(0, 100).Select(i => $"k{i}")])];
        Fill(Manifests);

        foreach (Keyspace keyspace in keyspaces)
        {
            database.DropKeyspace(keyspace);
        }

        Assert.Empty(database.Keyspaces);
    }

    [Fact]
    public async Task Compaction_WhenTheNextFlushesWouldFindNoSpace_IsGivenUpAndDoneLater()
    {
        // None by itself, so that the one that is asked for is large enough to look for space on its way.
        await using Database database = Database.Open(_directory.Path, Options with { Level0CompactionTrigger = 64, Level0StopTrigger = 100 });
        Keyspace keyspace = database.CreateKeyspace("k");
        Write(database, keyspace, 0, 4000);
        await database.FlushAsync();
        int segments = database.GetStatistics(keyspace).Segments;
        Free(100 << 10);

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => database.CompactAsync(keyspace));

        Assert.Equal(DatabaseError.OutOfSpace, refused.Error);
        Assert.Contains("A compaction was given up", refused.Message, StringComparison.Ordinal);
        Assert.Equal(segments, Directory.GetFiles(_directory.Path, "*.seg").Length);
        Write(database, keyspace, 4000, 10);
        AssertAllThere(database, keyspace, 4010);

        Free(1L << 30);
        await database.CompactAsync(keyspace);
        Assert.Equal(0, database.GetStatistics(keyspace).SegmentsPerLevel[0]);
        AssertAllThere(database, keyspace, 4010);
    }

    [Fact]
    public async Task Dispose_OnAFullDisk_KeepsWhatWasWrittenInTheLog()
    {
        int written;
        await using (Database database = Database.Open(_directory.Path, Options))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            Fill(Segments);
            written = WriteUntilRefused(database, keyspace, out _);
        }

        Free(1L << 30);
        await using Database reopened = Database.Open(_directory.Path, Options);
        AssertAllThere(reopened, reopened.FindKeyspace("k")!, written);
    }

    [Fact]
    public async Task Ingest_WhenTheEditFindsNoSpace_LeavesNothing()
    {
        await using Database source = Database.Open(_directory["source"], new DatabaseOptions());
        Write(source, source.CreateKeyspace("k"), 0, 10);
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        PinnedSegment pinned = Assert.Single(Assert.Single(handle.Keyspaces).Segments);
        await using Database database = Database.Open(_directory["target"], Options);
        await using SegmentIngest ingest = database.BeginIngest();
        ingest.AddKeyspace("k");
        await using (StagedSegment staged = ingest.OpenSegment("k", pinned.Level, pinned.Metadata))
        {
            await using Stream stream = handle.OpenExtent(pinned, 0);
            byte[] bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            await staged.WriteAsync(bytes);
            await staged.CompleteAsync();
        }

        Exhaust(database);

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => ingest.CommitAsync().AsTask());

        Assert.Equal(DatabaseError.OutOfSpace, refused.Error);
        Assert.Null(database.FindKeyspace("k"));
        Assert.Empty(Directory.GetFiles(_directory["target"], "*.seg"));
    }

    /// <summary>Uses up what the manifest has reserved.</summary>
    private void Exhaust(Database database)
    {
        Fill(Manifests);
        for (int i = 0; Record.Exception(() => database.CreateKeyspace($"x{i}")) is null; i++)
        {
        }
    }

    /// <summary>From now on there is no space for files of a kind.</summary>
    private void Fill(string files)
    {
        Interlocked.Exchange(ref _free, 0);
        _full = files;
    }

    private void Free(long bytes)
    {
        _full = null;
        Interlocked.Exchange(ref _free, bytes);
    }

    private void Meet(string call, string path)
    {
        if (_full is { } full && path.Contains(full, StringComparison.Ordinal) && IsRefused(full, call))
        {
            throw new DatabaseException(DatabaseError.OutOfSpace, "No space left on device.", path);
        }
    }

    /// <summary>What is written to a log or manifest was reserved before.</summary>
    private static bool IsRefused(string files, string call) => files switch
    {
        Segments => call is "Append" or "Sync",
        Logs => call is "OpenPreallocated",
        _ => call is "Reserve" or "Create",
    };

    private static int WriteUntilRefused(Database database, Keyspace keyspace, out DatabaseException refusal)
    {
        for (int i = 0; ; i++)
        {
            if (Record.Exception(() => Write(database, keyspace, i, 1)) is { } exception)
            {
                refusal = Assert.IsType<DatabaseException>(exception);
                return i;
            }
        }
    }

    private static void Write(Database database, Keyspace keyspace, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            database.Put(keyspace, Key(i), Value(i));
        }
    }

    private static void AssertAllThere(Database database, Keyspace keyspace, int count)
    {
        Assert.True(count > 0);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(Value(i), database.Get(keyspace, Key(i)));
        }

        Assert.Null(database.Get(keyspace, Key(count)));
    }

    private static byte[] Key(int number) => [(byte)(number >> 16), (byte)(number >> 8), (byte)number];

    private static byte[] Value(int number)
    {
        byte[] value = new byte[500];
        new Random(number).NextBytes(value);
        return value;
    }
}
