using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

public sealed class CancelTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public CancelTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 500, seed: 1);
    }

    [Fact]
    public async Task Cancel_WhileUploading_EndsAsCanceledAndFreesTheId()
    {
        Gate gate = HoldData();
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;

        Assert.True(await job.CancelAsync());
        Assert.Equal(BackupState.Canceled, job.Progress.State);
        gate.Open();

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Equal(BackupState.Canceled, (await _service.GetStatusAsync("b1"))!.State);
        Assert.Equal(BackupError.NotRestorable, (await Assert.ThrowsAsync<BackupException>(() => _service.RestoreAsync("b1"))).Error);
        Assert.Empty(_source.Leases);
        Assert.Equal(2, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task CancelCreate_FromAnotherService_Wins()
    {
        Gate gate = HoldData();
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        BackupService other = _bench.OpenService(_bench.OpenDatabase("other"));

        Assert.Equal(BackupState.Canceled, await other.CancelCreateAsync("b1"));
        gate.Open();

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Equal(BackupState.Canceled, job.Progress.State);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task CancelCreate_WhenTheBackupIsComplete_ComesTooLate()
    {
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await job.Completion;

        Assert.False(await job.CancelAsync());
        Assert.Equal(BackupState.Success, await _service.CancelCreateAsync("b1"));
        Assert.Equal(BackupState.Success, (await _service.GetStatusAsync("b1"))!.State);
    }

    [Fact]
    public async Task CancelCreate_WhenTheBackupFailsMeanwhile_ReportsTheFailure()
    {
        var atData = new Gate();
        var atOutcome = new Gate();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Backend.BeforePut = async key =>
        {
            if (IsData(key))
            {
                await atData.PassAsync();
                throw new BackupBackendException(key, "no space left", isTransient: false);
            }

            // The first outcome on its way is the cancel's; it is overtaken by that of the failed run.
            if (key.Contains("outcome-", StringComparison.Ordinal) && !atOutcome.Reached.IsCompleted)
            {
                await atOutcome.PassAsync();
            }
        };
        _bench.Backend.AfterPut = key =>
        {
            if (key.Contains("outcome-", StringComparison.Ordinal))
            {
                failed.TrySetResult();
            }

            return Task.CompletedTask;
        };
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await atData.Reached;
        Task<BackupState?> cancel = _service.CancelCreateAsync("b1");
        await atOutcome.Reached;
        atData.Open();
        await failed.Task;
        atOutcome.Open();

        Assert.Equal(BackupState.Failed, await cancel);
        Assert.Equal(BackupError.BackendFailure, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
    }

    [Fact]
    public async Task Create_WhenItsTokenIsCanceled_Throws()
    {
        using var stop = new CancellationTokenSource();
        _bench.Backend.BeforePut = key => IsData(key) ? stop.CancelAsync() : Task.CompletedTask;

        await Assert.ThrowsAsync<OperationCanceledException>(() => _service.CreateAsync(new BackupRequest("b1"), stop.Token));

        Assert.Equal(BackupState.Canceled, (await _service.GetStatusAsync("b1"))!.State);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Cancel_WhenItCannotBeStored_SaysSoAndTheBackupGoesOn()
    {
        Gate gate = HoldData();
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Func<string, Task> hold = _bench.Backend.BeforePut;
        _bench.Backend.BeforePut = key => throw new BackupBackendException(key, $"'{key}' was refused", isTransient: false);

        var failure = await Assert.ThrowsAsync<BackupException>(() => job.CancelAsync());
        _bench.Backend.BeforePut = hold;
        gate.Open();

        Assert.Equal((BackupError.BackendFailure, "b1/outcome-0001.json"), (failure.Error, failure.ObjectKey));
        Assert.Equal(BackupState.Success, (await job.Completion).State);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static bool IsData(string key) => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal);

    private Gate HoldData()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => IsData(key) ? gate.PassAsync() : Task.CompletedTask;
        return gate;
    }
}
