using Basalt.Engine;
using Basalt.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Consistency.Tests;

/// <summary>
/// A snapshot holds exactly the writes up to its cut: taken again and again under concurrent writers, streamed, restored elsewhere and
/// checked. A failure prints its seed.
/// </summary>
public sealed class SnapshotConsistencyTests
{
    [Fact]
    public void Snapshots_UnderConcurrentWriters_AreExactCuts()
    {
        Gen<Setup> setups =
            from writers in Gen.Choose(1, 4)
            from snapshots in Gen.Choose(1, 5)
            from memtable in Gen.Elements(64 << 10, 256 << 10, 4 << 20)
            from durability in Gen.Elements(Durability.Buffered, Durability.Sync)
            from compacts in Gen.Elements(true, false)
            from seed in Gen.Choose(0, int.MaxValue - 10)
            select new Setup(writers, snapshots, memtable, durability, compacts, seed);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(12),
            Prop.ForAll(setups.ToArbitrary(), setup => RunAsync(setup).GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task Snapshot_OfAnIdleDatabase_HoldsEverything() =>
        await RunAsync(new Setup(Writers: 1, Snapshots: 2, Memtable: 4 << 20, Durability.Buffered, Compacts: false, Seed: 1));

    private static async Task RunAsync(Setup setup)
    {
        using TemporaryDirectory directory = new();
        DatabaseOptions options = new()
        {
            Durability = setup.Durability,
            MemtableBytes = setup.Memtable,
            SegmentBytes = 64 << 10,
            LevelBaseBytes = 128 << 10,
            Level0CompactionTrigger = 3,
        };
        await using Database database = Database.Open(directory["source"], options);
        TransferWorkload workload = new(database, setup.Writers);
        using CancellationTokenSource stop = new();
        Task[] writers = [.. Enumerable.Range(0, setup.Writers)
            .Select(writer => Task.Run(() => workload.Run(writer, setup.Seed + writer, batches: 30_000, stop.Token)))];
        try
        {
            for (int i = 0; i < setup.Snapshots; i++)
            {
                long[] before = workload.Acknowledged();
                await using SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = $"snapshot {i}" });
                long[] after = workload.Acknowledged();
                if (setup.Compacts)
                {
                    // Rewrites the segments of the handle while it is held.
                    await database.CompactAsync();
                }

                await using Database copy = Database.Open(directory[$"copy-{i}"], options);
                await SnapshotCopy.RestoreAsync(handle, copy);
                TransferWorkload.Check(copy, before, after);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
    }

    private sealed record Setup(int Writers, int Snapshots, int Memtable, Durability Durability, bool Compacts, int Seed);
}
