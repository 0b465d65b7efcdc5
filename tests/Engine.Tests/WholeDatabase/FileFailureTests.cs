using System.Collections.Concurrent;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>What a database does when a call of the file system fails or takes its time.</summary>
public sealed class FileFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<DatabaseEvent> _events = new();
    private volatile Action<string, string> _before = static (_, _) => { };

    private DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 64 << 10,
        FileSystem = new InterceptedFileSystem((call, path) => _before(call, path)),
        OnEvent = _events.Enqueue,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Put_WhenTheSyncOfTheLogFails_RaisesOneEventThoughNothingElseWasGoingOn()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        FailOn("Sync", ".log");

        Assert.Throws<DatabaseException>(() => database.Put(keyspace, "a"u8, "b"u8, Durability.Sync));
        Assert.Throws<DatabaseException>(() => database.Put(keyspace, "a"u8, "b"u8, Durability.Sync));

        DatabaseEvent raised = Assert.Single(_events);
        Assert.Equal(DatabaseEventKind.WritesRefused, raised.Kind);
        Assert.Contains("write-ahead log", raised.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfAHealthyDatabase_RaisesNoEvent()
    {
        using (Database database = Database.Open(_directory.Path, Options))
        {
            database.Put(database.CreateKeyspace("k"), "a"u8, "b"u8, Durability.Sync);
        }

        Assert.Empty(_events);
    }

    [Fact]
    public async Task Put_WhileALargeDeletionIsGoingOn_DoesNotWaitForIt()
    {
        using ManualResetEventSlim deleting = new();
        using ManualResetEventSlim mayDelete = new();
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        Keyspace dropped = database.CreateKeyspace("dropped");
        database.Put(dropped, "a"u8, "b"u8);
        await database.FlushAsync();
        _before = (call, path) =>
        {
            if (call == "Delete" && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                deleting.Set();
                mayDelete.Wait();
            }
        };
        try
        {
            database.DropKeyspace(dropped);
            deleting.Wait();

            // Many memtables' worth: each needs one, and a log, to be prepared in the background.
            await Task.Run(() => Fill(database, keyspace, 1 << 20)).WaitAsync(TimeSpan.FromMinutes(2));
        }
        finally
        {
            mayDelete.Set();
        }
    }

    [Fact]
    public async Task Deletion_ThatFails_IsReportedAndTriedAgainAndWritesGoOn()
    {
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Put(database.CreateKeyspace("dropped"), "a"u8, "b"u8);
        await database.FlushAsync();
        string file = Assert.Single(Directory.GetFiles(_directory.Path, "*.seg"));
        FailOn("Delete", ".seg");

        database.DropKeyspace(database.FindKeyspace("dropped")!);
        await Eventually.TrueAsync(() => !_events.IsEmpty);
        database.Put(keyspace, "a"u8, "b"u8);
        _before = static (_, _) => { };
        database.CreateKeyspace("another");

        await Eventually.TrueAsync(() => !File.Exists(file));
        Assert.Equal(DatabaseEventKind.DeletionFailed, Assert.Single(_events).Kind);
    }

    [Fact]
    public void Dispose_WhenTheLastFlushFails_MakesTheLogDurableAndReleasesTheDirectory()
    {
        int syncs = 0;
        using (Database database = Database.Open(_directory.Path, Options))
        {
            database.Put(database.CreateKeyspace("k"), "a"u8, "b"u8);
            _before = (call, path) =>
            {
                if (call == "Create")
                {
                    throw new DatabaseException(DatabaseError.InputOutput, "The disk is full.", path);
                }

                syncs += call == "Sync" && path.EndsWith(".log", StringComparison.Ordinal) ? 1 : 0;
            };
        }

        _before = static (_, _) => { };
        Assert.True(syncs > 0);
        using Database reopened = Database.Open(_directory.Path, Options);
        Assert.Equal("b"u8.ToArray(), reopened.Get(reopened.FindKeyspace("k")!, "a"u8));
    }

    [Fact]
    public async Task SnapshotDispose_WhenTheManifestCannotBeWritten_ReportsItAndDoesNotHideTheFirstFailure()
    {
        await using Database database = Database.Open(_directory.Path, Options);
        database.Put(database.CreateKeyspace("k"), "a"u8, "b"u8);

        async Task FailInsideAsync()
        {
            await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
            _before = (call, path) =>
            {
                if (call == "Sync" && Path.GetFileName(path).StartsWith("MANIFEST-", StringComparison.Ordinal))
                {
                    throw new DatabaseException(DatabaseError.InputOutput, "The disk failed.", path);
                }
            };
            throw new InvalidDataException("The first failure.");
        }

        await Assert.ThrowsAsync<InvalidDataException>(FailInsideAsync);
        DatabaseEvent told = Assert.Single(_events, noted => noted.Kind == DatabaseEventKind.LeaseNotReleased);
        Assert.Contains("'test'", told.Message, StringComparison.Ordinal);
        Assert.Equal(DatabaseError.InputOutput, Assert.IsType<DatabaseException>(told.Cause).Error);
        Assert.Single(database.Leases);
    }

    [Fact]
    public void Dispose_WhenTheNextMemtableCannotBePrepared_StillReleasesTheDirectory()
    {
        using (Database database = Database.Open(_directory.Path, Options))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            _before = (call, path) => throw new InvalidOperationException($"{call} of {path}: nobody expects this.");
            Assert.ThrowsAny<Exception>(() => Fill(database, keyspace, 1 << 20));
        }

        _before = static (_, _) => { };
        using Database reopened = Database.Open(_directory.Path, Options);
        Assert.NotNull(reopened.FindKeyspace("k"));
    }

    [Fact]
    public async Task Flush_OfAKeyspaceThatIsDroppedMeanwhile_LeavesNoFile()
    {
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Put(keyspace, "a"u8, "b"u8);
        bool created = false;
        _before = (call, path) =>
        {
            if (call == "Create" && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                created = true;
                database.DropKeyspace(keyspace);
            }
        };

        await database.FlushAsync();

        Assert.True(created);
        await Eventually.TrueAsync(() => Directory.GetFiles(_directory.Path, "*.seg").Length == 0);
    }

    private void FailOn(string call, string extension) => _before = (actual, path) =>
    {
        if (actual == call && path.EndsWith(extension, StringComparison.Ordinal))
        {
            throw new DatabaseException(DatabaseError.InputOutput, "The disk failed.", path);
        }
    };

    private static void Fill(Database database, Keyspace keyspace, int bytes)
    {
        byte[] value = new byte[1 << 10];
        for (int i = 0; i < bytes / value.Length; i++)
        {
            database.Put(keyspace, BitConverter.GetBytes(i), value);
        }
    }
}
