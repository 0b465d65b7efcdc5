using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Everything at once: writers, readers, flushes, compactions, snapshots, restores, and keyspaces that come and go.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static DatabaseOptions Options => new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 64 << 10,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Level0CompactionTrigger = 2,
        BlockCacheBytes = 256 << 10,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Readers_WhileBatchesReplaceEachOther_NeverSeeHalfOfOne()
    {
        const int Keys = 20;
        const int Batches = 1500;
        using Database database = Database.Open(_directory.Path, Options);
        IReadOnlyList<Keyspace> keyspaces = database.CreateKeyspaces(["a", "b"]);
        Write(0);
        using CancellationTokenSource done = new();
        Task<int>[] readers =
        [
            Start(() => ReadByKey(keyspaces[0], keyspaces[1]), done.Token),
            Start(() => ReadByScan(keyspaces[0], reverse: false), done.Token),
            Start(() => ReadByScan(keyspaces[1], reverse: true), done.Token),
        ];

        for (int number = 1; number <= Batches; number++)
        {
            Write(number);
            if (number % 300 == 0)
            {
                await database.CompactAsync();
            }
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));

        void Write(int number)
        {
            WriteBatch batch = new();
            for (int key = 0; key < Keys; key++)
            {
                batch.Put(keyspaces[key % 2], [(byte)key], BitConverter.GetBytes(number));
            }

            database.Write(batch);
        }

        void ReadByKey(Keyspace first, Keyspace second)
        {
            using ReadSnapshot snapshot = database.CreateReadSnapshot();
            int expected = BitConverter.ToInt32(database.Get(first, [0], snapshot)!);
            for (int key = 0; key < Keys; key++)
            {
                Assert.Equal(expected, BitConverter.ToInt32(database.Get(key % 2 == 0 ? first : second, [(byte)key], snapshot)!));
            }
        }

        void ReadByScan(Keyspace keyspace, bool reverse)
        {
            using DatabaseIterator entries = database.Scan(keyspace, new ScanRange { Reverse = reverse });
            HashSet<int> numbers = [];
            int count = 0;
            for (; entries.MoveNext(); count++)
            {
                numbers.Add(BitConverter.ToInt32(entries.Value));
            }

            Assert.Equal(Keys / 2, count);
            Assert.Single(numbers);
        }
    }

    [Fact]
    public async Task EverythingAtOnce_ThenReopen_LeavesWhatWasWrittenAndNoFileTooMany()
    {
        const int Writers = 2;
        const int Puts = 3000;
        List<DatabaseEvent> events = [];
        using (Database database = Database.Open(_directory["database"], Options with { OnEvent = Note }))
        {
            IReadOnlyList<Keyspace> keyspaces = database.CreateKeyspaces(["even", "odd"]);
            using CancellationTokenSource done = new();
            Task<int>[] disturbances =
            [
                StartAsync(() => database.FlushAsync(), done.Token),
                StartAsync(() => database.CompactAsync(keyspaces[Random.Shared.Next(2)]), done.Token),
                Start(() => ComeAndGo(database), done.Token),
                StartAsync(() => RestoreAsync(database), done.Token),
            ];

            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
            {
                for (int i = 0; i < Puts; i++)
                {
                    database.Put(keyspaces[i % 2], [(byte)writer, (byte)(i >> 8), (byte)i], new byte[i % 120]);
                    if (i % 3 == 0)
                    {
                        database.Delete(keyspaces[i % 2], [(byte)writer, (byte)(i >> 8), (byte)i]);
                    }
                }
            })));
            await done.CancelAsync();
            Assert.All(await Task.WhenAll(disturbances), rounds => Assert.True(rounds > 0));
            VerifyAll(database);
            Assert.Empty(database.Leases);
            await database.CompactAsync();
            int named = Math.Max(1, database.GetStatistics().Segments);
            await Eventually.TrueAsync(() => Directory.GetFiles(_directory["database"], "*.seg").Length <= named);
        }

        using Database reopened = Database.Open(_directory["database"], Options);
        VerifyAll(reopened);
        Assert.DoesNotContain(events, noted => noted.Kind == DatabaseEventKind.WritesRefused);

        void Note(DatabaseEvent noted)
        {
            lock (events)
            {
                events.Add(noted);
            }
        }

        void VerifyAll(Database database)
        {
            for (int writer = 0; writer < Writers; writer++)
            {
                for (int i = 0; i < Puts; i++)
                {
                    byte[]? value = database.Get(database.FindKeyspace(i % 2 == 0 ? "even" : "odd")!, [(byte)writer, (byte)(i >> 8), (byte)i]);
                    Assert.Equal(i % 3 == 0 ? null : i % 120, value?.Length);
                }
            }
        }
    }

    private static void ComeAndGo(Database database)
    {
        Keyspace keyspace = database.GetOrCreateKeyspace($"passing {Random.Shared.Next(3)}");
        for (int i = 0; i < 50; i++)
        {
            database.Put(keyspace, [(byte)i], new byte[200]);
        }

        database.DropKeyspace(keyspace);
    }

    /// <summary>Takes a snapshot, brings it back under another name, and drops it again.</summary>
    private static async Task RestoreAsync(Database database)
    {
        await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "test", Keyspaces = ["odd"] });
        await using (SegmentIngest ingest = database.BeginIngest())
        {
            ingest.AddKeyspace("restored");
            foreach (PinnedSegment segment in handle.Keyspaces[0].Segments)
            {
                await using StagedSegment staged = ingest.OpenSegment("restored", segment.Level, segment.Metadata);
                await using Stream source = handle.OpenExtent(segment, 0);
                byte[] bytes = new byte[source.Length];
                await source.ReadExactlyAsync(bytes);
                await staged.WriteAsync(bytes);
                await staged.CompleteAsync();
            }

            await ingest.CommitAsync();
        }

        Keyspace restored = database.FindKeyspace("restored")!;
        using (DatabaseIterator entries = database.Scan(restored))
        {
            while (entries.MoveNext())
            {
                Assert.Equal(((entries.Key[1] << 8) + entries.Key[2]) % 120, entries.Value.Length);
            }
        }

        database.DropKeyspace(restored);
    }

    private static Task<int> Start(Action action, CancellationToken done) => StartAsync(
        () =>
        {
            action();
            return Task.CompletedTask;
        },
        done);

    /// <returns>How often it was done.</returns>
    private static Task<int> StartAsync(Func<Task> action, CancellationToken done) => Task.Run(
        async () =>
        {
            int rounds = 0;
            do
            {
                await action();
                rounds++;
            }
            while (!done.IsCancellationRequested);
            return rounds;
        },
        CancellationToken.None);
}
