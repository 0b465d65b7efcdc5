using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Service;

/// <summary>A backup that was interrupted goes on from where it was, or is marked as failed; never is it complete without being so.</summary>
public sealed class ResumeTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;
    private readonly SortedDictionary<string, string> _cut;

    public ResumeTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source, Workbench.BackupOptions with { Parallelism = 1 });
        Contents.Fill(_source, "Book/s/objects", 1_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Book/s/objects", 5, seed: 2, first: 500);
        _source.CompactAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Author", 3, seed: 3);
        _cut = Contents.Read(_source);
    }

    [Fact]
    public async Task Dispose_WhileCreating_HaltsAndTheNextServiceResumes()
    {
        Gate gate = HoldDataAfter(uploads: 2);
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Task disposal = _service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;
        Assert.Equal(BackupError.Halted, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Single(_source.Leases);
        string[] uploaded = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        Contents.Fill(_source, "Book/s/objects", 1_000, seed: 4);
        await _source.CompactAsync();
        BackupService next = _bench.OpenService(_source);
        Assert.Equal(BackupError.AlreadyExists, (await Assert.ThrowsAsync<BackupException>(() => next.CreateAsync(new BackupRequest("b1")))).Error);

        BackupJob? resumed = await next.RecoverAsync();

        Assert.Same(resumed, next.RunningCreate);
        BackupSummary summary = await resumed!.Completion;
        Assert.Equal((1, BackupState.Success), (summary.Attempt, summary.State));
        Assert.Equal(summary.LogicalBytes, summary.UploadedBytes);
        Assert.Empty(uploaded.Except(await _bench.KeysAsync(RepositoryLayout.DataPrefix)));
        Assert.Equal(await DataObjectsOfOneBackupAsync(), (await _bench.KeysAsync(RepositoryLayout.DataPrefix)).Length);
        Assert.Empty(_source.Leases);
        await AssertRestoresCutAsync(next);
    }

    [Theory]
    [InlineData(".repo/data/")]
    [InlineData("b1/0001/node1/pack-")]
    [InlineData("b1/0001/node1/shard-")]
    [InlineData("b1/0001/node1/node.json")]
    public async Task Recover_AfterBeingKilledInTheMiddle_CompletesTheBackup(string killedAfter)
    {
        BackupService service = await KillAsync(killedAfter);

        BackupJob? resumed = await service.RecoverAsync();

        Assert.Equal(BackupState.Success, (await resumed!.Completion).State);
        Assert.Empty(_after!.Leases);
        await AssertRestoresCutAsync(service);
    }

    [Fact]
    public async Task Recover_AfterBeingKilledBeforeTheCut_MarksTheBackupAsFailed()
    {
        BackupService service = await KillAsync("b1/claim-");

        Assert.Null(await service.RecoverAsync());

        BackupSummary status = (await service.GetStatusAsync("b1"))!;
        Assert.Equal(BackupState.Failed, status.State);
        Assert.Contains("interrupted", status.Error!, StringComparison.Ordinal);
        Assert.Equal(2, (await service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task Recover_AfterBeingKilledAtTheCommit_FindsTheBackupCompleteAndReleasesTheLease()
    {
        BackupService service = await KillAsync("b1/outcome-");
        Assert.Single(_after!.Leases);

        Assert.Null(await service.RecoverAsync());

        Assert.Equal(BackupState.Success, (await service.GetStatusAsync("b1"))!.State);
        Assert.Empty(_after.Leases);
        await AssertRestoresCutAsync(service);
    }

    [Fact]
    public async Task Recover_WhenTheLeaseHasLapsed_MarksTheBackupAsFailed()
    {
        BackupService service = await KillAsync(".repo/data/", Workbench.DatabaseOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(2)) });

        Assert.Null(await service.RecoverAsync());

        Assert.Equal(BackupState.Failed, (await service.GetStatusAsync("b1"))!.State);
        Assert.Empty(_after!.Leases);
    }

    [Fact]
    public async Task Recover_WhenAnUploadOfTheInterruptedRunIsDamaged_UploadsItAgain()
    {
        BackupService service = await KillAsync(".repo/data/");
        string key = Assert.Single(await _bench.KeysAsync(RepositoryLayout.DataPrefix));
        byte[] bytes = await File.ReadAllBytesAsync(_bench.Repository.Location(key));
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(_bench.Repository.Location(key), bytes);

        await (await service.RecoverAsync())!.Completion;

        await AssertRestoresCutAsync(service);
    }

    [Fact]
    public async Task Recover_WhileTheBackupRuns_LeavesItAlone()
    {
        Gate gate = HoldDataAfter(uploads: 0);
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;

        Assert.Null(await _service.RecoverAsync());
        Assert.Null(await _bench.OpenService(_source).RecoverAsync());

        Assert.Single(_source.Leases);
        gate.Open();
        Assert.Equal(BackupState.Success, (await job.Completion).State);
    }

    [Fact]
    public async Task Recover_OfACopyOfTheRepositoryWhileABackupRuns_LeavesItsLeaseAlone()
    {
        await _service.CreateAsync(new BackupRequest("b0"));
        FileSystemBackend copy = _bench.CopyRepository("copy");
        Contents.Fill(_source, "Book/s/objects", 1_000, seed: 5);
        Gate gate = HoldDataAfter(uploads: 0);
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;

        Assert.Null(await _bench.OpenService(_source, backend: copy).RecoverAsync());

        Assert.Single(_source.Leases);
        gate.Open();
        Assert.Equal(BackupState.Success, (await job.Completion).State);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Recover_WhenTheBackupIsOfAnotherDatabase_LeavesItAlone()
    {
        Gate gate = HoldDataAfter(uploads: 0);
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Task disposal = _service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;
        await Assert.ThrowsAsync<BackupException>(() => job.Completion);

        Assert.Null(await _bench.OpenService(_bench.OpenDatabase("other")).RecoverAsync());

        Assert.Equal(BackupState.Started, (await _bench.OpenService(_source).GetStatusAsync("b1"))!.State);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>The database as the killed process left it, opened again.</summary>
    private Database? _after;

    private Gate HoldDataAfter(int uploads)
    {
        var gate = new Gate();
        int seen = 0;
        _bench.Backend.BeforePut = key =>
            key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) && Interlocked.Increment(ref seen) > uploads
                ? gate.PassAsync()
                : Task.CompletedTask;
        return gate;
    }

    /// <summary>
    /// Ends a backup when an object was stored, as kill -9 does: from then on it reaches neither the store nor the database, of which a
    /// copy is made at that moment and opened, as after a restart.
    /// </summary>
    private async Task<BackupService> KillAsync(string afterPutOf, DatabaseOptions? options = null)
    {
        int dead = 0;
        Task Call(string key) => Volatile.Read(ref dead) == 0
            ? Task.CompletedTask
            : throw new BackupBackendException(key, "the process is gone", isTransient: false);
        _bench.Backend.BeforePut = Call;
        _bench.Backend.BeforeOpen = Call;
        _bench.Backend.BeforeList = Call;
        _bench.Backend.AfterPut = key =>
        {
            if (key.StartsWith(afterPutOf, StringComparison.Ordinal) && Interlocked.Exchange(ref dead, 1) == 0)
            {
                _bench.CopyDatabase("source", "after");
            }

            return Call(key);
        };
        await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));
        _after = _bench.OpenDatabase("after", options);
        return _bench.OpenService(_after, backend: _bench.Repository);
    }

    private async Task AssertRestoresCutAsync(BackupService service)
    {
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target, backend: _bench.Repository).RestoreAsync("b1");
        Assert.Equal(_cut, Contents.Read(target));
        Assert.Null(service.RunningCreate);
    }

    /// <summary>How many data objects a backup of the source takes that was never interrupted.</summary>
    private async Task<int> DataObjectsOfOneBackupAsync()
    {
        Database target = _bench.OpenDatabase("whole");
        var memory = new MemoryBackend();
        await _bench.OpenService(target).RestoreAsync("b1");
        await _bench.OpenService(target, backend: memory).CreateAsync(new BackupRequest("whole"));
        return memory.Objects.Keys.Count(key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal));
    }
}
