using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Limits, closes and crashes that once went wrong.</summary>
public sealed class DatabaseLifeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_OfMoreOperationsThanAMemtableTakes_IsRefusedAndTheNextWriteWorks()
    {
        using Database database = Database.Open(_directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        WriteBatch batch = new();
        for (int i = 0; i < 15_000_000; i++)
        {
            batch.Delete(keyspace, []);
        }

        Assert.Equal(DatabaseError.LimitExceeded, Assert.Throws<DatabaseException>(() => database.Write(batch)).Error);
        database.Put(keyspace, "a"u8, "b"u8);
    }

    [Fact]
    public async Task Dispose_WhileAnotherThreadWritesUnlogged_KeepsAllThatWasAcknowledged()
    {
        DatabaseOptions options = new() { MemtableBytes = 64 << 10, Durability = Durability.None };
        int written = 0;
        for (int round = 0; round < 10; round++)
        {
            Database database = Database.Open(_directory.Path, options);
            Keyspace keyspace = database.GetOrCreateKeyspace("k");
            Assert.Equal(written, Enumerable.Range(0, written + 1).Count(i => database.Contains(keyspace, BitConverter.GetBytes(i))));
            using SemaphoreSlim started = new(0);
            Task writing = Task.Run(() => Assert.Throws<ObjectDisposedException>(WriteUntilItIsClosed));
            await started.WaitAsync();
            database.Dispose();
            await writing;

            void WriteUntilItIsClosed()
            {
                started.Release();
                while (true)
                {
                    database.Put(keyspace, BitConverter.GetBytes(written), new byte[900]);
                    written++;
                }
            }
        }
    }

    [Fact]
    public async Task Snapshot_WhoseCutIsNoWrite_KeepsItsNumberFromWritesAfterACrash()
    {
        string crashed = _directory["crashed"];
        ulong cut;
        using (Database database = Database.Open(_directory["open"]))
        {
            database.CreateKeyspace("taken");
            Assert.Throws<DatabaseException>(() => database.CreateKeyspace("taken"));
            SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" });
            handle.Detach();
            cut = handle.Sequence;
            await Eventually.TrueAsync(() => Directory.GetFiles(database.Path, "*.log").Length == 2);
            Directory.CreateDirectory(crashed);
            foreach (string file in Directory.GetFiles(database.Path).Where(file => Path.GetFileName(file) != "LOCK"))
            {
                File.Copy(file, Path.Combine(crashed, Path.GetFileName(file)));
            }
        }

        using Database reopened = Database.Open(crashed);
        Assert.True(reopened.LastSequence >= cut, $"The cut is {cut}; the next write would be {reopened.LastSequence + 1}.");
    }
}
