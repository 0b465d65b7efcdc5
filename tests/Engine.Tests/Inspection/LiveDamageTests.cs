using System.Collections.Concurrent;
using System.Text;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>A block rots while the database is open: whoever needs it is told, and everything else goes on.</summary>
public sealed class LiveDamageTests : IDisposable
{
    private const int Keys = 200;

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<DatabaseEvent> _events = new();

    private DatabaseOptions Options => new()
    {
        MemtableBytes = 64 << 10,
        BlockBytes = 512,
        Level0CompactionTrigger = 3,
        Level0StopTrigger = 6,
        OnEvent = _events.Enqueue,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Read_WhenItsBlockIsDamaged_FailsWithFileAndOffsetAndOthersDoNot()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = await FillAsync(database, "a", flushes: 1);
        (string file, long begin, long length) = FirstBlock();
        Harm.Flip(file, begin + 20);

        int failed = 0;
        for (int i = 0; i < Keys; i++)
        {
            try
            {
                Assert.Equal(Value(0, i), database.Get(keyspace, Key(i)));
            }
            catch (DatabaseException exception)
            {
                Assert.Equal((DatabaseError.Corruption, file, begin), (exception.Error, exception.File, exception.Offset));
                Assert.Contains("basalt check", exception.Message, StringComparison.Ordinal);
                failed++;
            }
        }

        Assert.InRange(failed, 1, length / 30);

        // Once the disk reads right again, so does the database: the bad block was never cached.
        Harm.Flip(file, begin + 20);
        Assert.Equal(Value(0, 0), database.Get(keyspace, Key(0)));
        database.Put(keyspace, "more"u8, "yes"u8);
        Assert.Equal("yes"u8.ToArray(), database.Get(keyspace, "more"u8));
    }

    [Fact]
    public async Task Compaction_WhenItMeetsDamage_EndsForThatKeyspaceAndWritesGoOn()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace damaged = await FillAsync(database, "a", flushes: 1);
        (string file, long begin, _) = FirstBlock();
        Harm.Flip(file, begin + 20);

        await FillAsync(database, "a", flushes: 2);
        await Eventually.TrueAsync(() => _events.Any(told => told.Kind == DatabaseEventKind.CompactionStopped));

        // Far more flushes than those that stop writers, of this keyspace and of another, whose compactions go on.
        await FillAsync(database, "a", flushes: 12);
        Keyspace other = await FillAsync(database, "b", flushes: 12);
        Assert.Equal(Value(11, 7), database.Get(other, Key(7)));
        Assert.Equal(Value(11, 7), database.Get(damaged, Key(7)));
        await Eventually.TrueAsync(() => database.GetStatistics(other).SegmentsPerLevel[0] < 3);
        DatabaseEvent stopped = Assert.Single(_events, told => told.Kind == DatabaseEventKind.CompactionStopped);
        Assert.Contains("'a'", stopped.Message, StringComparison.Ordinal);
        Assert.Contains(file, stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_events, told => told.Kind == DatabaseEventKind.WritesRefused);
    }

    [Fact]
    public async Task Compaction_WhenTheDiskCannotReadItsInput_EndsForThatKeyspaceAndWritesGoOn()
    {
        string? unreadable = null;
        InterceptedFileSystem files = new((_, _) => { })
        {
            BeforeRead = path =>
            {
                if (path == Volatile.Read(ref unreadable))
                {
                    throw new DatabaseException(DatabaseError.InputOutput, "Reading failed: Input/output error.", path);
                }
            },
        };
        using Database database = Database.Open(_directory.Path, Options with { FileSystem = files });
        await FillAsync(database, "a", flushes: 1);
        Volatile.Write(ref unreadable, FirstBlock().File);

        await FillAsync(database, "a", flushes: 2);
        await Eventually.TrueAsync(() => _events.Any(told => told.Kind == DatabaseEventKind.CompactionStopped));

        // Far more flushes than those that stop writers, of this keyspace and of another, whose compactions go on.
        await FillAsync(database, "a", flushes: 12);
        Keyspace other = await FillAsync(database, "b", flushes: 12);
        await Eventually.TrueAsync(() => database.GetStatistics(other).SegmentsPerLevel[0] < 3);
        DatabaseException failed = await Assert.ThrowsAsync<DatabaseException>(() => database.CompactAsync());
        Assert.Equal((DatabaseError.InputOutput, unreadable), (failed.Error, failed.File));
        await FillAsync(database, "b", flushes: 1);
        Assert.Contains("cannot be read", Assert.Single(_events, told => told.Kind == DatabaseEventKind.CompactionStopped).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_events, told => told.Kind == DatabaseEventKind.WritesRefused);
    }

    [Fact]
    public async Task Compaction_WhenAskedForAndItMeetsDamage_FailsForWhoAskedAlone()
    {
        using Database database = Database.Open(_directory.Path, Options);
        Keyspace keyspace = await FillAsync(database, "a", flushes: 2);
        (string file, long begin, _) = FirstBlock();
        Harm.Flip(file, begin + 20);

        DatabaseException failed = await Assert.ThrowsAsync<DatabaseException>(() => database.CompactAsync());

        Assert.Equal((DatabaseError.Corruption, file), (failed.Error, failed.File));
        database.Put(keyspace, "more"u8, "yes"u8);
        await database.FlushAsync();
        Assert.Equal("yes"u8.ToArray(), database.Get(keyspace, "more"u8));
    }

    [Fact]
    public async Task Snapshot_WhenItsSegmentIsDamaged_FailsToStreamItAndNamesIt()
    {
        using Database database = Database.Open(_directory.Path, Options);
        await FillAsync(database, "a", flushes: 1);
        (string file, long begin, _) = FirstBlock();
        Harm.Flip(file, begin + 20);
        await using SnapshotHandle snapshot = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "backup" });
        PinnedSegment segment = snapshot.Keyspaces.Single().Segments[0];

        using Stream stream = snapshot.OpenExtent(segment, 0);
        DatabaseException failed = Assert.Throws<DatabaseException>(() => stream.CopyTo(Stream.Null));

        Assert.Equal((DatabaseError.Corruption, file), (failed.Error, failed.File));
        Assert.Contains(segment.Metadata.Origin.ToString(), failed.Message, StringComparison.Ordinal);
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D5}");

    private static byte[] Value(int round, int number) => Encoding.UTF8.GetBytes($"value-{round}-{number}-{new string('x', 30)}");

    private static async Task<Keyspace> FillAsync(Database database, string name, int flushes)
    {
        Keyspace keyspace = database.FindKeyspace(name) ?? database.CreateKeyspace(name);
        for (int round = 0; round < flushes; round++)
        {
            for (int i = 0; i < Keys; i++)
            {
                database.Put(keyspace, Key(i), Value(round, i), Durability.Buffered);
            }

            await database.FlushAsync();
        }

        return keyspace;
    }

    private (string File, long Begin, long Length) FirstBlock()
    {
        string path = Directory.GetFiles(_directory.Path, "*.seg").Order(StringComparer.Ordinal).First();
        using IReadableFile file = LocalFileSystem.Instance.OpenRead(path);
        SegmentFooter footer = SegmentFooter.Read(new SegmentLocation(file, 0, file.Length));
        return (path, 0, footer.DataLength / footer.BlockCount * 2);
    }
}
