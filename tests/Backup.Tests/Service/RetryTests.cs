using System.Collections.Concurrent;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>Failures of the store that pass are ridden out; the others are reported with the object's key.</summary>
public sealed class RetryTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public RetryTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 500, seed: 1);
        Contents.Fill(_source, "Author", 3, seed: 2);
    }

    [Fact]
    public async Task CreateAndRestore_WhenEveryCallFailsTwiceInPassing_Succeed()
    {
        _bench.Backend.BeforePut = FailTwice("put");
        _bench.Backend.BeforeOpen = FailTwice("open");
        _bench.Backend.BeforeList = FailTwice("list");
        _bench.Backend.OnOpened = (key, stream) => new BreakingStream(stream, 40_000, key);

        BackupSummary created = await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");

        Assert.Equal(Contents.Read(_source), Contents.Read(target));
        Assert.Equal(created.LogicalBytes, created.UploadedBytes);
    }

    [Fact]
    public async Task Create_WhenEveryAcknowledgementIsLost_Succeeds()
    {
        var acknowledged = new ConcurrentDictionary<string, bool>();
        _bench.Backend.AfterPut = key => acknowledged.TryAdd(key, true)
            ? throw new BackupBackendException(key, "connection reset", isTransient: true)
            : Task.CompletedTask;

        BackupSummary created = await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");

        Assert.Equal(1, created.Attempt);
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
    }

    [Theory]
    [InlineData(".repo/repo-")]
    [InlineData("b1/claim-")]
    [InlineData(".repo/data/")]
    [InlineData("b1/0001/node1/pack-")]
    [InlineData("b1/0001/node1/shard-")]
    [InlineData("b1/0001/node1/node.json")]
    [InlineData("b1/outcome-")]
    public async Task Create_WhenAPutIsRefusedForGood_NamesTheObjectAndIsNoBackup(string prefix)
    {
        _bench.Backend.BeforePut = key => key.StartsWith(prefix, StringComparison.Ordinal)
            ? throw new BackupBackendException(key, $"'{key}': access denied", isTransient: false)
            : Task.CompletedTask;

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.BackendFailure, failure.Error);
        Assert.StartsWith(prefix, failure.ObjectKey, StringComparison.Ordinal);
        Assert.Contains("access denied", failure.Message, StringComparison.Ordinal);
        Assert.NotEqual(BackupState.Success, (await _service.GetStatusAsync("b1"))?.State);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Create_WhenTheDerivedViewIsRefused_SucceedsAllTheSame()
    {
        _bench.Backend.BeforePut = key => key.EndsWith("backup_config.json", StringComparison.Ordinal)
            ? throw new BackupBackendException(key, "access denied", isTransient: false)
            : Task.CompletedTask;

        Assert.Equal(BackupState.Success, (await _service.CreateAsync(new BackupRequest("b1"))).State);
    }

    [Fact]
    public async Task Recover_AfterAnEndThatCouldNotBeStored_StoresIt()
    {
        await FailUntoldAsync();

        Assert.Null(await _service.RecoverAsync());

        BackupSummary stored = (await _bench.OpenService(_source).GetStatusAsync("b1"))!;
        Assert.Equal(BackupState.Failed, stored.State);
        Assert.Contains("the store is away", stored.Error!, StringComparison.Ordinal);
        Assert.Equal(2, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task Recover_ByTheNextServiceAfterAnEndThatCouldNotBeStored_EndsTheAttempt()
    {
        await FailUntoldAsync();
        BackupService next = _bench.OpenService(_source);
        Assert.Equal(BackupState.Started, (await next.GetStatusAsync("b1"))!.State);

        Assert.Null(await next.RecoverAsync());

        Assert.Equal(BackupState.Failed, (await next.GetStatusAsync("b1"))!.State);
    }

    [Fact]
    public async Task Status_AfterAnEndThatCouldNotBeStored_IsTheEndWhateverCameAfter()
    {
        await FailUntoldAsync();
        await _service.CreateAsync(new BackupRequest("b2"));

        BackupSummary status = (await _service.GetStatusAsync("b1"))!;

        Assert.Equal(BackupState.Failed, status.State);
        Assert.NotNull(status.CompletedAt);
        Assert.Contains("the store is away", status.Error!, StringComparison.Ordinal);
        Assert.Equal(BackupState.Failed, (await _service.ListAsync()).Single(backup => backup.Id == "b1").State);
    }

    [Fact]
    public async Task Create_AfterAnEndOfTheSameIdThatCouldNotBeStored_IsTheNextAttempt()
    {
        await FailUntoldAsync();

        Assert.Equal(2, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task CancelAndDelete_AfterAnEndThatCouldNotBeStored_MeetAFailedBackup()
    {
        await FailUntoldAsync();

        Assert.Equal(BackupState.Failed, await _service.CancelCreateAsync("b1"));
        await _service.DeleteAsync("b1");

        Assert.Null(await _service.GetStatusAsync("b1"));
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>A backup that fails and cannot store that; then the store is there again.</summary>
    private async Task FailUntoldAsync()
    {
        _bench.Backend.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) || key.StartsWith("b1/outcome", StringComparison.Ordinal)
            ? throw new BackupBackendException(key, "the store is away", isTransient: true)
            : Task.CompletedTask;
        await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));
        _bench.Backend.BeforePut = _ => Task.CompletedTask;
    }

    private static Func<string, Task> FailTwice(string call)
    {
        var calls = new ConcurrentDictionary<string, int>();
        return key => calls.AddOrUpdate(key, 1, (_, count) => count + 1) % 3 != 0
            ? throw new BackupBackendException(key, $"{call} '{key}': slow down", isTransient: true)
            : Task.CompletedTask;
    }
}
