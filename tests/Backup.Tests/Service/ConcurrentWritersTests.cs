using Basalt.Backup.Documents;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Backup.Tests.Service;

/// <summary>
/// Backups that are made one after the other while writers go on hold exactly the writes up to their cuts, no matter how the tree
/// below changes meanwhile. A failure prints its seed.
/// </summary>
public sealed class ConcurrentWritersTests
{
    [Fact]
    public void Backups_UnderConcurrentWriters_RestoreToExactCuts()
    {
        Gen<Setup> setups =
            from writers in Gen.Choose(1, 4)
            from backups in Gen.Choose(1, 3)
            from memtable in Gen.Elements(64 << 10, 256 << 10, 4 << 20)
            from packThreshold in Gen.Elements(0, 2 << 10, 1 << 20)
            from seed in Gen.Choose(0, 1 << 30)
            select new Setup(writers, backups, memtable, packThreshold, seed);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(6),
            Prop.ForAll(setups.ToArbitrary(), setup => RunAsync(setup).GetAwaiter().GetResult()));
    }

    private static async Task RunAsync(Setup setup)
    {
        await using var bench = new Workbench();
        Database source = bench.OpenDatabase(options: Workbench.DatabaseOptions with
        {
            MemtableBytes = setup.Memtable,
            LevelBaseBytes = 128 << 10,
            Level0CompactionTrigger = 2,
        });
        var writers = new NumberedWriters(source, setup.Writers, setup.Seed);
        BackupOptions options = Workbench.BackupOptions with { PackThresholdBytes = setup.PackThreshold };
        BackupService service = bench.OpenService(source, options);
        using var stop = new CancellationTokenSource();
        Task[] running = [.. Enumerable.Range(0, setup.Writers).Select(writer => Task.Run(() => writers.Run(writer, batches: 10_000, stop.Token)))];
        try
        {
            for (int i = 0; i < setup.Backups; i++)
            {
                long[] before = writers.Acknowledged();
                await service.CreateAsync(new BackupRequest($"b{i}"));
                long[] after = writers.Acknowledged();
                Database target = bench.OpenDatabase($"target{i}");
                await bench.OpenService(target, options).RestoreAsync($"b{i}");

                long[] counters = writers.CountersOf(target);
                (SortedDictionary<string, string> state, ulong operations) = writers.Replay(counters);
                Assert.Equal(state, Contents.Read(target));
                Assert.Equal(await ReadCutAsync(bench, $"b{i}"), writers.FirstSequence + operations - 1);
                Assert.All(counters.Zip(before, after), counter => Assert.InRange(counter.First, counter.Second, counter.Third + 1));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running);
        }
    }

    private static async Task<ulong> ReadCutAsync(Workbench bench, string id)
    {
        string key = $"{id}/0001/node1/node.json";
        byte[] bytes = await File.ReadAllBytesAsync(bench.Repository.Location(key));
        return DocumentCodec.Unseal(key, bytes, DocumentJsonContext.Default.NodeDocument).Cut.Seq;
    }

    private sealed record Setup(int Writers, int Backups, int Memtable, int PackThreshold, int Seed);
}
