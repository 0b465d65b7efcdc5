using System.Globalization;
using Basalt.Bench.Targets;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>What each store offers to be done beside writers. Backups run at full speed: none has a limit set.</summary>
internal static class BackupPhases
{
    private static readonly TimeSpan HoldSnapshot = TimeSpan.FromMilliseconds(250);

    private static int _repository;

    public static IReadOnlyList<BackupPhase> Of(BasaltStore store, BenchScale scale)
    {
        Database database = store.Database;
        return
        [
            Idle(scale),
            new(BackupPhase.Snapshot, scale.PhaseTime / 4, true, _ =>
            {
                SnapshotHandle handle = database.CreateSnapshotAsync(new SnapshotOptions { Owner = "bench" }).GetAwaiter().GetResult();
                Thread.Sleep(HoldSnapshot);
                handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }),
            new(BackupPhase.Full, scale.PhaseTime, true, folder => BackUp(database, NewRepository(folder))),
            new(BackupPhase.Incremental, scale.PhaseTime / 2, false, folder => BackUp(database, folder.Combine("incremental"))),
            new(BackupPhase.Compaction, TimeSpan.Zero, false, _ => store.Compact()),
            new(BackupPhase.DuringCompaction, TimeSpan.Zero, false, folder =>
                Parallel.Invoke(store.Compact, () => BackUp(database, NewRepository(folder)))),
        ];
    }

    public static IReadOnlyList<BackupPhase> Of(RocksDbStore store, BenchScale scale) =>
    [
        Idle(scale),
        new(BackupPhase.Snapshot, scale.PhaseTime / 4, true, folder =>
        {
            RocksDbBackups.Checkpoint(store, NewRepository(folder));
            Thread.Sleep(HoldSnapshot);
        }),
        new(BackupPhase.Full, scale.PhaseTime, true, folder => RocksDbBackups.Create(store, NewRepository(folder))),
        new(BackupPhase.CheckpointCopy, scale.PhaseTime, false, folder =>
        {
            string checkpoint = NewRepository(folder);
            RocksDbBackups.Checkpoint(store, checkpoint);
            FileCopy.CopyAndSync(checkpoint, NewRepository(folder));
        }),
        new(BackupPhase.Incremental, scale.PhaseTime / 2, false, folder => RocksDbBackups.Create(store, folder.Combine("incremental"))),
        new(BackupPhase.Compaction, TimeSpan.Zero, false, _ => store.Compact()),
        new(BackupPhase.DuringCompaction, TimeSpan.Zero, false, folder =>
            Parallel.Invoke(store.Compact, () => RocksDbBackups.Create(store, NewRepository(folder)))),
    ];

    /// <summary>Nothing, and a copy of a folder by other processes.</summary>
    public static IReadOnlyList<BackupPhase> OfNoStore(string data, BenchScale scale) =>
    [
        Idle(scale),
        new(BackupPhase.Copy, scale.PhaseTime, true, folder => FileCopy.CopyAndSync(data, NewRepository(folder))),
    ];

    private static BackupPhase Idle(BenchScale scale) => new(BackupPhase.Idle, TimeSpan.Zero, true, _ => Thread.Sleep(scale.PhaseTime));

    private static string NewRepository(ScratchFolder folder) =>
        folder.Combine($"repository-{Interlocked.Increment(ref _repository).ToString(CultureInfo.InvariantCulture)}");

    private static void BackUp(Database database, string repository) => BasaltBackups.CreateAsync(database, repository).GetAwaiter().GetResult();
}
