using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>A restore that does not succeed leaves no trace.</summary>
public sealed class RestoreFailureTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _target;
    private readonly BackupService _service;

    public RestoreFailureTests()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book/s1/objects", 2_000, seed: 1);
        Contents.Fill(source, "Author", 5, seed: 2);
        source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(source, "Book/s1/objects", 5, seed: 3, first: 1_000);
        source.CompactAsync().GetAwaiter().GetResult();
        _bench.OpenService(source).CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        _target = _bench.OpenDatabase("target");
        _service = _bench.OpenService(_target);
    }

    [Fact]
    public async Task Restore_WhenACollectionExists_IsRefusedAndChangesNothing()
    {
        // Another shard of the same collection is in the way, too: the two would be mixed.
        Contents.Fill(_target, "Book/s9/objects", 10, seed: 9);
        SortedDictionary<string, string> before = Contents.Read(_target);

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"));

        Assert.Equal(BackupError.Conflict, failure.Error);
        Assert.Contains("'Book'", failure.Message, StringComparison.Ordinal);
        AssertUntouched(before);
    }

    [Fact]
    public async Task Restore_WhenADownloadFailsForGood_LeavesNothingBehind()
    {
        SortedDictionary<string, string> before = Contents.Read(_target);
        int opened = 0;
        _bench.Backend.BeforeOpen = key => IsData(key) && Interlocked.Increment(ref opened) == 4
            ? throw new BackupBackendException(key, $"'{key}' was refused", isTransient: false)
            : Task.CompletedTask;

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"));

        Assert.Equal(BackupError.BackendFailure, failure.Error);
        Assert.StartsWith(RepositoryLayout.DataPrefix, failure.ObjectKey, StringComparison.Ordinal);
        Assert.Contains(failure.ObjectKey!, failure.Message, StringComparison.Ordinal);
        AssertUntouched(before);
        _bench.Backend.BeforeOpen = _ => Task.CompletedTask;
        Assert.Equal(BackupState.Success, (await _service.RestoreAsync("b1")).State);
    }

    [Fact]
    public async Task Restore_WhenAnObjectIsMissing_NamesIt()
    {
        string key = (await _bench.KeysAsync(RepositoryLayout.DataPrefix))[0];
        await _bench.Repository.DeleteAsync(key);

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"));

        Assert.Equal((BackupError.Corrupted, key), (failure.Error, failure.ObjectKey));
        AssertUntouched([]);
    }

    [Fact]
    public async Task Restore_WhenCanceledInTheMiddle_LeavesNothingBehind()
    {
        var gate = new Gate();
        _bench.Backend.BeforeOpen = key => IsData(key) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartRestoreAsync("b1");
        await gate.Reached;

        Assert.True(await job.CancelAsync());
        gate.Open();

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Equal(BackupState.Canceled, job.Progress.State);
        AssertUntouched([]);
        Assert.Null(_service.RunningRestore);
    }

    [Fact]
    public async Task Restore_WhenItsTokenIsCanceled_Throws()
    {
        using var stop = new CancellationTokenSource();
        _bench.Backend.BeforeOpen = key => IsData(key) ? stop.CancelAsync() : Task.CompletedTask;

        await Assert.ThrowsAsync<OperationCanceledException>(() => _service.RestoreAsync("b1", stop.Token));

        AssertUntouched([]);
    }

    [Fact]
    public async Task Cancel_WhenTheRestoreIsDone_ComesTooLate()
    {
        BackupJob job = await _service.StartRestoreAsync("b1");
        await job.Completion;

        Assert.False(await job.CancelAsync());
        Assert.Equal(BackupState.Success, job.Progress.State);
    }

    [Fact]
    public async Task Restore_WhenTheCollectionAppearsMeanwhile_IsAConflict()
    {
        _bench.Backend.BeforeOpen = key =>
        {
            if (key.Contains("/shard-", StringComparison.Ordinal))
            {
                _target.GetOrCreateKeyspace("Author");
            }

            return Task.CompletedTask;
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"));

        Assert.Equal(BackupError.Conflict, failure.Error);
        Assert.Contains("'Author'", failure.Message, StringComparison.Ordinal);
        AssertUntouched(new SortedDictionary<string, string> { ["Author"] = "a keyspace" });
    }

    [Fact]
    public async Task Restore_WhenTheCollectionAppearsDuringTheDownload_IsAConflict()
    {
        _bench.Backend.BeforeOpen = key =>
        {
            if (IsData(key))
            {
                _target.GetOrCreateKeyspace("Author");
            }

            return Task.CompletedTask;
        };

        Assert.Equal(BackupError.Conflict, (await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"))).Error);
        AssertUntouched(new SortedDictionary<string, string> { ["Author"] = "a keyspace" });
    }

    [Fact]
    public async Task Dispose_WhileRestoring_CancelsAndLeavesNothingBehind()
    {
        var gate = new Gate();
        _bench.Backend.BeforeOpen = key => IsData(key) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartRestoreAsync("b1");
        await gate.Reached;

        Task disposal = _service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        AssertUntouched([]);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static bool IsData(string key) => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal);

    private void AssertUntouched(SortedDictionary<string, string> before)
    {
        Assert.Equal(before, Contents.Read(_target));
        Assert.Empty(_bench.StagedFiles("target"));
        Assert.Empty(Directory.GetFiles(_bench["target"], "*.seg"));
        Assert.Empty(_target.Leases);
    }
}
