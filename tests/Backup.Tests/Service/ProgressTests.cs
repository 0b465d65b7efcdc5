using System.Collections.Concurrent;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>What a job reports adds up at its end, however it got there.</summary>
public sealed class ProgressTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public ProgressTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 1_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Book", 3, seed: 2);
        Contents.Fill(_source, "Author", 3, seed: 3);
    }

    [Fact]
    public async Task CreateAndRestore_WhenDone_HaveTransferredAll()
    {
        BackupProgress created = await CompleteAsync(await _service.StartCreateAsync(new BackupRequest("b1")));
        BackupProgress again = await CompleteAsync(await _service.StartCreateAsync(new BackupRequest("b2")));
        BackupProgress restored = await CompleteAsync(await _bench.OpenService(_bench.OpenDatabase("target")).StartRestoreAsync("b2"));

        Assert.Equal(0, created.BytesReused);
        Assert.InRange(again.BytesReused, created.BytesTotal / 2, created.BytesTotal - 1);
        Assert.Equal(0, restored.BytesReused);
        Assert.All([again, restored], progress => Assert.Equal((created.BytesTotal, created.FilesTotal), (progress.BytesTotal, progress.FilesTotal)));
    }

    [Fact]
    public async Task Create_WhenUploadsAreRepeated_CountsThemOnce()
    {
        // By key: uploads run side by side, and one of them could meet every failure that a common count deals out.
        var failed = new ConcurrentDictionary<string, bool>();
        _bench.Backend.AfterPut = key => failed.TryAdd(key, true)
            ? throw new BackupBackendException(key, "connection reset", isTransient: true)
            : Task.CompletedTask;

        await CompleteAsync(await _service.StartCreateAsync(new BackupRequest("b1")));
    }

    [Fact]
    public async Task CreateAndRestore_AtTheSameTime_BothSucceed()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.EndsWith("node.json", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob create = await _service.StartCreateAsync(new BackupRequest("b2"));
        await gate.Reached;

        BackupSummary restored = await _service.RestoreAsync(
            new RestoreRequest("b1") { Rename = new Dictionary<string, string> { ["Book"] = "Book2", ["Author"] = "Author2" } });
        gate.Open();
        BackupSummary created = await create.Completion;

        Assert.Equal<string>(["Author2", "Book2"], restored.Collections);
        Assert.Equal<string>(["Author", "Book"], created.Collections);
    }

    [Fact]
    public async Task Create_WhenItsLeaseIsTakenAway_FailsAndSaysSo()
    {
        _bench.Backend.AfterPut = async key =>
        {
            if (key.StartsWith(".repo/data/", StringComparison.Ordinal) && _source.Leases is [{ } lease, ..])
            {
                await using SnapshotHandle handle = await _source.ReopenSnapshotAsync(lease.Id);
            }
        };
        BackupService service = _bench.OpenService(_source, Workbench.BackupOptions with { Parallelism = 1 });

        var failure = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.DatabaseFailure, failure.Error);
        Assert.Contains("no longer in force", failure.Message, StringComparison.Ordinal);
        Assert.Equal(BackupState.Failed, (await service.GetStatusAsync("b1"))!.State);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static async Task<BackupProgress> CompleteAsync(BackupJob job)
    {
        await job.Completion;
        BackupProgress progress = job.Progress;
        Assert.Equal(BackupState.Success, progress.State);
        Assert.Equal((progress.BytesTotal, progress.FilesTotal), (progress.BytesDone, progress.FilesDone));
        Assert.True(progress.BytesTotal > 0 && progress.FilesTotal > 1, $"{progress}");
        Assert.True(progress.BytesPerSecond > 0);
        Assert.Null(progress.Remaining);
        Assert.Null(progress.Error);
        Assert.NotNull(progress.CompletedAt);
        return progress;
    }
}
