using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>
/// A call that changes a file fails once, in run after run: each of those that an open makes, then every few. The database reports it, loses nothing that it
/// acknowledged, and takes no further write after a failed sync.
/// </summary>
public sealed class DatabaseFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int CallsOfOpen = 40;
    private const int Stride = 7;
    private const int MostCalls = 2000;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Durability.Sync)]
    [InlineData(Durability.Buffered)]
    public async Task Database_WhenAnyOneCallFails_ReportsItAndKeepsWhatItAcknowledged(Durability durability)
    {
        // Another start every time, so that in the end each call has its turn.
        int call = 1;
        int start = Random.Shared.Next(Stride);
        output.WriteLine($"Start {start}");
        for (; call < MostCalls; call += call == CallsOfOpen ? 1 + start : call < CallsOfOpen ? 1 : Stride)
        {
            string path = _directory[$"{call}"];
            FailingCall failing = new(call);
            int acknowledged = await RunAsync(path, failing, durability);
            if (failing.Failed is null)
            {
                break;
            }

            using (Database reopened = Database.Open(path, Options(durability)))
            {
                Verify(reopened, acknowledged, failing.Failed);
            }

            Directory.Delete(path, recursive: true);
        }

        output.WriteLine($"{call} calls");
        Assert.InRange(call, 2 * CallsOfOpen, MostCalls - 1);
    }

    private static DatabaseOptions Options(Durability durability) => new()
    {
        Durability = durability,
        MemtableBytes = 64 << 10,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Level0CompactionTrigger = 2,
    };

    /// <returns>How many writes were acknowledged.</returns>
    private static async Task<int> RunAsync(string path, FailingCall failing, Durability durability)
    {
        int acknowledged = 0;
        try
        {
            using Database database = Database.Open(path, Options(durability) with { FileSystem = failing.FileSystem });
            try
            {
                await WorkAsync(database, () => acknowledged++);
            }
            catch (DatabaseException exception)
            {
                Assert.True(exception.Error is DatabaseError.InputOutput or DatabaseError.WritesRefused, $"{failing.Failed}: {exception.Message}");
            }

            if (failing.HasSyncFailed)
            {
                // The background may have met it: what it found reaches the writers a moment later.
                await Eventually.TrueAsync(() => IsRefused(database));
            }
        }
        catch (DatabaseException exception)
        {
            Assert.True(exception.Error == DatabaseError.InputOutput, $"{failing.Failed}: {exception.Message}");
        }

        return acknowledged;
    }

    private static async Task WorkAsync(Database database, Action acknowledged)
    {
        Keyspace keyspace = database.CreateKeyspace("k");
        for (int i = 0; i < 100; i++)
        {
            database.Put(keyspace, Key(i), Value(i));
            acknowledged();
            switch (i % 40)
            {
                case 13:
                    await database.FlushAsync();
                    break;
                case 27:
                    await using (await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test" }))
                    {
                        await database.CompactAsync(keyspace);
                    }

                    break;
                case 35:
                    database.DropKeyspace(database.CreateKeyspace($"passing {i}"));
                    break;
            }
        }
    }

    private static bool IsRefused(Database database)
    {
        try
        {
            database.Write(new WriteBatch());
            return false;
        }
        catch (DatabaseException exception)
        {
            Assert.Equal(DatabaseError.WritesRefused, exception.Error);
            return true;
        }
    }

    private static void Verify(Database database, int acknowledged, string failed)
    {
        if (database.FindKeyspace("k") is not { } keyspace)
        {
            Assert.True(acknowledged == 0, $"{failed}: the keyspace is gone.");
            return;
        }

        int count = 0;
        using DatabaseIterator entries = database.Scan(keyspace);
        for (; entries.MoveNext(); count++)
        {
            Assert.True(entries.Key.SequenceEqual(Key(count)) && entries.Value.SequenceEqual(Value(count)), $"{failed}: entry {count} is wrong.");
        }

        // A write that was refused may be there all the same.
        Assert.True(count >= acknowledged && count <= acknowledged + 1, $"{failed}: {acknowledged} writes were acknowledged, {count} are there.");
    }

    private static byte[] Key(int number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Value(int number)
    {
        byte[] value = new byte[1500];
        new Random(number).NextBytes(value);
        return value;
    }
}
