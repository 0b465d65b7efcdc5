using System.Text;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_OfADirectoryThatIsInUse_IsRefusedAndNamesIt()
    {
        using Database first = Database.Open(_directory.Path);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => Database.Open(_directory.Path));

        Assert.Equal(DatabaseError.Locked, exception.Error);
        Assert.Contains(_directory.Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAMissingDatabaseWithoutCreate_IsRefused() => Assert.Throws<DatabaseException>(
        () => Database.Open(_directory["none"], new DatabaseOptions { CreateIfMissing = false }));

    [Theory]
    [InlineData("MemtableBytes")]
    [InlineData("BlockBytes")]
    public void Open_WithAnOptionOutOfRange_NamesTheOptionAndItsRange(string option)
    {
        DatabaseOptions options = option == "MemtableBytes" ? new() { MemtableBytes = 1 } : new() { BlockBytes = 1 };

        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => Database.Open(_directory.Path, options));

        Assert.Contains($"DatabaseOptions.{option} takes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhenCurrentIsMissing_RefusesInsteadOfStartingEmpty()
    {
        using (Database database = Database.Open(_directory.Path))
        {
            database.Put(database.CreateKeyspace("k"), "a"u8, "b"u8);
        }

        File.Delete(_directory["CURRENT"]);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => Database.Open(_directory.Path));
        Assert.Equal(DatabaseError.Corruption, exception.Error);
    }

    [Fact]
    public void Reopen_AfterACleanClose_HasEverythingAndTheSameIdentity()
    {
        Guid id;
        using (Database database = Database.Open(_directory.Path))
        {
            id = database.Id;
            database.Put(database.CreateKeyspace("k"), "a"u8, "sync"u8);
            database.Put(database.FindKeyspace("k")!, "b"u8, "unlogged"u8, Durability.None);
        }

        using Database reopened = Database.Open(_directory.Path);
        Assert.Equal(id, reopened.Id);
        Assert.Equal("sync"u8.ToArray(), reopened.Get(reopened.FindKeyspace("k")!, "a"u8));
        Assert.Equal("unlogged"u8.ToArray(), reopened.Get(reopened.FindKeyspace("k")!, "b"u8));
    }

    [Fact]
    public void CreateKeyspaces_WhenOneNameIsTaken_CreatesNone()
    {
        using Database database = Database.Open(_directory.Path);
        database.CreateKeyspace("taken");

        DatabaseException exception = Assert.Throws<DatabaseException>(() => database.CreateKeyspaces(["new", "taken"]));

        Assert.Contains("taken", exception.Message, StringComparison.Ordinal);
        Assert.Null(database.FindKeyspace("new"));
    }

    [Fact]
    public void Write_ToADroppedKeyspace_IsRefused()
    {
        using Database database = Database.Open(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        WriteBatch batch = new();
        batch.Put(keyspace, "a"u8, "b"u8);
        database.DropKeyspace(keyspace);

        Assert.Throws<DatabaseException>(() => database.Write(batch));
        Assert.Throws<DatabaseException>(() => database.Put(keyspace, "a"u8, "b"u8));
        Assert.Throws<DatabaseException>(() => database.Get(keyspace, "a"u8));
    }

    [Fact]
    public void Write_WithAKeyspaceOfAnotherDatabase_IsRefused()
    {
        using Database one = Database.Open(_directory["one"]);
        using Database two = Database.Open(_directory["two"]);
        Keyspace foreign = two.CreateKeyspace("k");
        one.CreateKeyspace("k");

        Assert.Throws<DatabaseException>(() => one.Put(foreign, "a"u8, "b"u8));
    }

    [Fact]
    public void DropKeyspace_ThenReopen_DoesNotBringItBackUnderTheSameName()
    {
        using (Database database = Database.Open(_directory.Path))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            database.Put(keyspace, "a"u8, "old"u8);
            database.DropKeyspace(keyspace);
            database.CreateKeyspace("k");
        }

        using Database reopened = Database.Open(_directory.Path);
        Assert.Null(reopened.Get(reopened.FindKeyspace("k")!, "a"u8));
    }

    [Fact]
    public void Put_OfAKeyThatIsTooLong_IsRefusedAndTheNextWriteWorks()
    {
        using Database database = Database.Open(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");

        Assert.Throws<ArgumentException>(() => database.Put(keyspace, new byte[Database.MaxKeyLength + 1], "v"u8));
        database.Put(keyspace, new byte[Database.MaxKeyLength], "v"u8);

        Assert.Equal("v"u8.ToArray(), database.Get(keyspace, new byte[Database.MaxKeyLength]));
    }

    [Fact]
    public void Put_OfAValueLargerThanAMemtable_IsStoredAndSurvivesReopen()
    {
        DatabaseOptions options = new() { MemtableBytes = 64 << 10 };
        byte[] value = new byte[1 << 20];
        new Random(1).NextBytes(value);
        using (Database database = Database.Open(_directory.Path, options))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            database.Put(keyspace, "small"u8, "v"u8);
            database.Put(keyspace, "large"u8, value);
            database.Put(keyspace, "small2"u8, "v"u8);
            Assert.Equal(value, database.Get(keyspace, "large"u8));
        }

        using Database reopened = Database.Open(_directory.Path, options);
        Assert.Equal(value, reopened.Get(reopened.FindKeyspace("k")!, "large"u8));
    }

    [Fact]
    public void TryGet_IntoASmallBuffer_TellsTheWholeLength()
    {
        using Database database = Database.Open(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Put(keyspace, "a"u8, "0123456789"u8);
        byte[] buffer = new byte[4];

        Assert.True(database.TryGet(keyspace, "a"u8, buffer, out int length));

        Assert.Equal(10, length);
        Assert.Equal("0123"u8.ToArray(), buffer);
        Assert.False(database.TryGet(keyspace, "b"u8, buffer, out _));
    }

    [Fact]
    public async Task AsyncForms_DoWhatTheSyncOnesDo()
    {
        await using Database database = await Database.OpenAsync(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => database.PutAsync(
            keyspace, Encoding.UTF8.GetBytes($"{i:D4}"), Encoding.UTF8.GetBytes($"v{i}")).AsTask()));
        await database.DeleteAsync(keyspace, "0003"u8.ToArray());

        List<string> keys = [];
        await foreach ((byte[] key, byte[] value) in database.ScanAsync(keyspace))
        {
            keys.Add(Encoding.UTF8.GetString(key));
            Assert.Equal($"v{int.Parse(keys[^1], System.Globalization.CultureInfo.InvariantCulture)}", Encoding.UTF8.GetString(value));
        }

        Assert.Equal(599, keys.Count);
        Assert.Null(await database.GetAsync(keyspace, "0003"u8.ToArray()));
    }

    [Fact]
    public async Task Iterator_ThatIsOpenDuringFlushCompactionAndClose_StillSeesItsInstant()
    {
        Database database = Database.Open(_directory.Path, new DatabaseOptions { MemtableBytes = 64 << 10, Durability = Durability.Buffered });
        Keyspace keyspace = database.CreateKeyspace("k");
        for (int i = 0; i < 2000; i++)
        {
            database.Put(keyspace, Encoding.UTF8.GetBytes($"{i:D5}"), new byte[50]);
        }

        using DatabaseIterator entries = database.Scan(keyspace);
        Assert.True(entries.MoveNext());
        for (int i = 0; i < 2000; i++)
        {
            database.Delete(keyspace, Encoding.UTF8.GetBytes($"{i:D5}"));
        }

        await database.CompactAsync(keyspace);
        database.Dispose();

        int count = 1;
        while (entries.MoveNext())
        {
            count++;
        }

        Assert.Equal(2000, count);
    }

    [Fact]
    public void Calls_AfterDispose_AreRefused()
    {
        Database database = Database.Open(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => database.Put(keyspace, "a"u8, "b"u8));
        Assert.Throws<ObjectDisposedException>(() => database.Get(keyspace, "a"u8));
        Assert.Throws<ObjectDisposedException>(() => database.CreateReadSnapshot());
    }

    [Fact]
    public async Task PutGetAndNext_InSteadyState_AllocateNothing()
    {
        const int Keys = 5000;
        using Database database = Database.Open(_directory.Path, new DatabaseOptions { Durability = Durability.Buffered });
        Keyspace keyspace = database.CreateKeyspace("k");
        PutAll();
        await database.FlushAsync();

        // The test goes on on any thread of the pool, and a thread's first write makes the batch that it keeps. So all that is measured is
        // done once before, on the thread that is measured, and nothing is awaited from here on.
        PutAll();
        GetAll();
        ScanAll();

        Assert.Equal((0, 0, 0), (Allocated(PutAll), Allocated(GetAll), ScanAll()));

        void PutAll()
        {
            Span<byte> key = stackalloc byte[16];
            Span<byte> value = stackalloc byte[100];
            key.Clear();
            value.Clear();
            for (int i = 0; i < Keys; i++)
            {
                BitConverter.TryWriteBytes(key, i);
                database.Put(keyspace, key, value);
            }
        }

        void GetAll()
        {
            Span<byte> key = stackalloc byte[16];
            Span<byte> value = stackalloc byte[100];
            key.Clear();
            for (int i = 0; i < Keys; i++)
            {
                BitConverter.TryWriteBytes(key, i);
                if (!database.TryGet(keyspace, key, value, out _))
                {
                    Assert.Fail($"Key {i} is missing.");
                }
            }
        }

        // Opening a cursor allocates; its moves and seeks must not.
        long ScanAll()
        {
            using DatabaseIterator entries = database.Scan(keyspace);
            entries.MoveNext();
            return Allocated(() =>
            {
                for (int i = 1; i < Keys; i++)
                {
                    if (!entries.MoveNext())
                    {
                        Assert.Fail($"The scan ended before key {i}.");
                    }
                }

                entries.Seek([0]);
                if (!entries.MoveNext())
                {
                    Assert.Fail("The seek found nothing.");
                }
            });
        }

        static long Allocated(Action action)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public async Task Ingest_WhenANameIsTaken_ChangesNothingAndLeavesNoFile()
    {
        using Database source = Database.Open(_directory["source"]);
        source.Put(source.CreateKeyspace("k"), "a"u8, "b"u8);
        source.CreateKeyspace("other");
        await using SnapshotHandle handle = await source.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
        using Database target = Database.Open(_directory["target"]);
        target.CreateKeyspace("k");

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(() => SnapshotCopy.RestoreAsync(handle, target));

        Assert.Contains("'k' already exists", exception.Message, StringComparison.Ordinal);
        Assert.Null(target.FindKeyspace("other"));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["target/staging"]));
        Assert.Empty(Directory.GetFiles(_directory["target"], "*.seg"));
    }

    [Fact]
    public void Write_WhenMemtablesFillFasterThanTheyAreFlushed_StallsButLosesNothing()
    {
        DatabaseOptions options = new() { MemtableBytes = 64 << 10, MaxSealedMemtables = 1, Durability = Durability.Buffered, Level0CompactionTrigger = 2, Level0StopTrigger = 4 };
        using Database database = Database.Open(_directory.Path, options);
        Keyspace keyspace = database.CreateKeyspace("k");

        Parallel.For(0, 2, writer =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                database.Put(keyspace, Encoding.UTF8.GetBytes($"{writer}-{i:D6}"), new byte[80]);
            }
        });

        using DatabaseIterator entries = database.Scan(keyspace);
        int count = 0;
        while (entries.MoveNext())
        {
            count++;
        }

        Assert.Equal(20_000, count);
    }
}
