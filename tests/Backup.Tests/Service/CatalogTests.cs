using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>List, status, delete, and who gets an id.</summary>
public sealed class CatalogTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public CatalogTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 100, seed: 1);
    }

    [Fact]
    public async Task List_WhenTheRepositoryIsNew_IsEmpty()
    {
        Assert.Empty(await _service.ListAsync());
        Assert.Null(await _service.GetStatusAsync("b1"));
        Assert.Null(await _service.CancelCreateAsync("b1"));
        Assert.Null(await _service.RecoverAsync());
    }

    [Fact]
    public async Task List_AfterCreates_ShowsThemOldestFirstAndToEveryService()
    {
        BackupSummary[] created =
            [await _service.CreateAsync(new BackupRequest("z")), await _service.CreateAsync(new BackupRequest("a"))];
        BackupService other = _bench.OpenService(_bench.OpenDatabase("other"));

        IReadOnlyList<BackupSummary> listed = await other.ListAsync();

        Assert.Equal(["z", "a"], listed.Select(backup => backup.Id));
        Assert.Equivalent(created, listed, strict: true);
        Assert.Equivalent(created[0], await other.GetStatusAsync("z"), strict: true);
    }

    [Fact]
    public async Task Delete_WhenDone_LeavesNeitherStatusNorRestore()
    {
        await _service.CreateAsync(new BackupRequest("b1"));

        await _service.DeleteAsync("b1");

        Assert.Empty(await _service.ListAsync());
        Assert.Null(await _service.GetStatusAsync("b1"));
        Assert.Equal(BackupError.NotFound, await ErrorAsync(() => _service.RestoreAsync("b1")));
        Assert.Equal(BackupError.NotFound, await ErrorAsync(() => _service.DeleteAsync("b1")));
        Assert.DoesNotContain("b1/backup_config.json", await _bench.KeysAsync());
    }

    [Fact]
    public async Task Create_AfterDelete_MayTakeTheIdAgain()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        Contents.Fill(_source, "Book", 100, seed: 2);

        BackupSummary again = await _service.CreateAsync(new BackupRequest("b1"));

        Assert.Equal(2, again.Attempt);
        Assert.Equal(["b1"], (await _service.ListAsync()).Select(backup => backup.Id));
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
    }

    [Fact]
    public async Task Create_WhenTheIdIsTaken_IsRefused()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] before = await _bench.KeysAsync();

        Assert.Equal(BackupError.AlreadyExists, await ErrorAsync(() => _service.CreateAsync(new BackupRequest("b1"))));
        Assert.Equal(before, await _bench.KeysAsync());
    }

    [Fact]
    public async Task Create_WhileAnotherRuns_IsRefused()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.EndsWith("node.json", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        BackupService other = _bench.OpenService(_bench.OpenDatabase("other"));

        Assert.Equal(BackupError.InProgress, await ErrorAsync(() => _service.CreateAsync(new BackupRequest("b2"))));
        Assert.Equal(BackupError.AlreadyExists, await ErrorAsync(() => _service.CreateAsync(new BackupRequest("b1"))));
        Assert.Equal(BackupError.InProgress, await ErrorAsync(() => _service.DeleteAsync("b1")));
        Assert.Equal(BackupError.NotRestorable, await ErrorAsync(() => other.RestoreAsync("b1")));
        Assert.Equal(BackupState.Started, (await other.GetStatusAsync("b1"))!.State);
        Assert.Equal(BackupState.Transferred, (await _service.GetStatusAsync("b1"))!.State);
        Assert.Same(job, _service.RunningCreate);

        gate.Open();
        Assert.Equal(BackupState.Success, (await job.Completion).State);
        Assert.Null(_service.RunningCreate);
    }

    [Fact]
    public async Task Create_WhenTwoDatabasesWantOneId_OneGetsIt()
    {
        Database other = _bench.OpenDatabase("other");
        Contents.Fill(other, "Book", 100, seed: 2);
        BackupService second = _bench.OpenService(other);

        Exception?[] ends = await Task.WhenAll(
            Record.ExceptionAsync(() => Task.Run(() => _service.CreateAsync(new BackupRequest("b1")))),
            Record.ExceptionAsync(() => Task.Run(() => second.CreateAsync(new BackupRequest("b1")))));

        Exception? refused = Assert.Single(ends, end => end is not null);
        Assert.Equal(BackupError.AlreadyExists, Assert.IsType<BackupException>(refused).Error);
        Assert.Equal(BackupState.Success, (await _service.GetStatusAsync("b1"))!.State);
    }

    [Fact]
    public async Task Delete_WhileTheBackupIsRestored_IsRefused()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        BackupService restoring = _bench.OpenService(_bench.OpenDatabase("target"));
        var gate = new Gate();
        _bench.Backend.BeforeOpen = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await restoring.StartRestoreAsync("b1");
        await gate.Reached;

        Assert.Equal(BackupError.InProgress, await ErrorAsync(() => restoring.DeleteAsync("b1")));
        Assert.Equal(BackupError.InProgress, await ErrorAsync(() => restoring.RestoreAsync("b1")));

        gate.Open();
        await job.Completion;
        await restoring.DeleteAsync("b1");
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static async Task<BackupError> ErrorAsync(Func<Task> call) => (await Assert.ThrowsAsync<BackupException>(call)).Error;
}
