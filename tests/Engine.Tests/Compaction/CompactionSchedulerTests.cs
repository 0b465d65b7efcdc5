using System.Collections.Concurrent;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Compaction;

public sealed class CompactionSchedulerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private volatile Action<string, string> _before = static (_, _) => { };

    private DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Compression = CompressionKind.None,
        FileSystem = new InterceptedFileSystem((call, path) => _before(call, path)),
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CompactAsync_OfALargeKeyspace_GivesWayToAnotherOneThatFillsUp()
    {
        const int Flushes = 8;
        using ManualResetEventSlim compacting = new();
        using ManualResetEventSlim mayGoOn = new();
        await using Database database = Database.Open(_directory.Path, Options);
        Keyspace large = database.CreateKeyspace("large");
        Keyspace busy = database.CreateKeyspace("busy");
        await MakeTwoLevels(database, large);
        ConcurrentQueue<int> waiting = new();
        _before = (call, path) =>
        {
            if (call == "Create" && path.EndsWith(".seg", StringComparison.Ordinal) && Thread.CurrentThread.Name != "basalt-flush")
            {
                if (!compacting.IsSet)
                {
                    compacting.Set();
                    mayGoOn.Wait();
                    return;
                }

                waiting.Enqueue(database.GetStatistics(busy).SegmentsPerLevel[0]);
            }
        };

        Task compaction = database.CompactAsync(large);
        compacting.Wait();
        for (int i = 0; i < Flushes; i++)
        {
            database.Put(busy, [(byte)i], "v"u8);
            await database.FlushAsync();
        }

        mayGoOn.Set();
        await compaction;

        // The one that filled up went next, before the second step of the large one.
        Assert.Equal([Flushes, 0], waiting.Take(2));
        Assert.Single(database.GetStatistics(large).SegmentsPerLevel, segments => segments > 0);
    }

    [Fact]
    public async Task Compaction_OfMuch_GivesWayInTheMiddleToAnotherKeyspaceThatFillsUp()
    {
        const int Flushes = 8;
        using ManualResetEventSlim compacting = new();
        using ManualResetEventSlim mayGoOn = new();
        await using Database database = Database.Open(_directory.Path, Options with { MemtableBytes = 8 << 20 });
        Keyspace large = database.CreateKeyspace("large");
        Keyspace busy = database.CreateKeyspace("busy");
        for (int flush = 0; flush < 2; flush++)
        {
            for (int i = 0; i < 1500; i++)
            {
                database.Put(large, [(byte)(i >> 8), (byte)i], new byte[1 << 10]);
            }

            await database.FlushAsync();
        }

        ConcurrentQueue<(int Large, int Busy)> level0 = new();
        _before = (call, path) =>
        {
            if (call == "Create" && path.EndsWith(".seg", StringComparison.Ordinal) && Thread.CurrentThread.Name != "basalt-flush")
            {
                level0.Enqueue((database.GetStatistics(large).SegmentsPerLevel[0], database.GetStatistics(busy).SegmentsPerLevel[0]));
                if (!compacting.IsSet)
                {
                    compacting.Set();
                    mayGoOn.Wait();
                }
            }
        };

        Task compaction = database.CompactAsync(large);
        compacting.Wait();
        for (int i = 0; i < Flushes; i++)
        {
            database.Put(busy, [(byte)i], "v"u8);
            await database.FlushAsync();
        }

        mayGoOn.Set();
        await compaction;

        // The second job was that of the busy one, while the first was not done yet.
        Assert.Equal([(2, 0), (2, Flushes)], level0.Take(2));
        Assert.Equal((0, 0), (database.GetStatistics(large).SegmentsPerLevel[0], database.GetStatistics(busy).SegmentsPerLevel[0]));
        using DatabaseIterator entries = database.Scan(large);
        int count = 0;
        while (entries.MoveNext())
        {
            count++;
        }

        Assert.Equal(1500, count);
    }

    /// <summary>Much in level 2, next to nothing in level 1, and a little in level 0 that overlaps all of it.</summary>
    private static async Task MakeTwoLevels(Database database, Keyspace keyspace)
    {
        byte[] value = new byte[1 << 10];
        for (int i = 0; i < 400; i++)
        {
            database.Put(keyspace, [(byte)(i >> 8), (byte)i], value);
        }

        await database.CompactAsync(keyspace);

        // Two segments in level 0, because one alone might just be moved.
        database.Put(keyspace, [0, 0], value);
        await database.FlushAsync();
        database.Put(keyspace, [byte.MaxValue, 0], value);
        await database.FlushAsync();
        await Eventually.TrueAsync(() => database.GetStatistics(keyspace).SegmentsPerLevel is [2, <= 1, > 0, ..]);
    }
}
