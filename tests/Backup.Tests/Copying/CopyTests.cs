using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Copying;

/// <summary>A copy is the backup, to the byte, in another repository.</summary>
public sealed class CopyTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly MemoryBackend _memory = new();
    private readonly InterceptedBackend _watched;
    private readonly Database _source;
    private readonly BackupService _service;
    private readonly BackupRepository _target;

    public CopyTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 3_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Book", 5, seed: 3, first: 1_000);
        _source.CompactAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Author", 3, seed: 2);
        _service.CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        _watched = new InterceptedBackend(_memory);
        _target = new BackupRepository(_watched, Workbench.BackupOptions with { Parallelism = 1 });
    }

    [Fact]
    public async Task Copy_ToAnotherKindOfStore_HasTheSameRootAndRestores()
    {
        CopyReport report = await _service.Repository.CopyAsync("b1", _target);

        BackupSummary original = (await _service.GetStatusAsync("b1"))!;
        Assert.Equivalent(original, await _target.FindAsync("b1"));
        Assert.Equal(0, report.ObjectsPresent);
        Assert.InRange(report.BytesCopied, original.LogicalBytes, original.LogicalBytes + (100 * report.ObjectsCopied));
        Assert.True((await _target.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
        Assert.DoesNotContain(_memory.Objects.Keys, key => key.StartsWith(RepositoryLayout.WorkPrefix, StringComparison.Ordinal));
        await AssertRestoresAsync();
    }

    [Fact]
    public async Task Copy_OfASecondBackup_CopiesOnlyWhatIsNew()
    {
        await _service.Repository.CopyAsync("b1", _target);
        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2") { Include = ["Book"] });

        CopyReport report = await _service.Repository.CopyAsync("b2", _target);

        Assert.Equal(second.LogicalBytes, second.ReusedBytes);
        Assert.Equal((0, 0), (report.ObjectsCopied, report.BytesCopied));
        Assert.NotEqual(0, report.ObjectsPresent);
    }

    [Fact]
    public async Task Copy_AfterAnInterruption_GoesOn()
    {
        int puts = 0;
        _watched.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) && Interlocked.Increment(ref puts) > 2
            ? throw new BackupBackendException(key, "The line is dead.", isTransient: false)
            : Task.CompletedTask;
        BackupException broken = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CopyAsync("b1", _target));
        Assert.Equal(BackupState.Started, (await _target.FindAsync("b1"))!.State);
        await _target.CollectGarbageAsync(Workbench.AtOnce);
        _watched.BeforePut = _ => Task.CompletedTask;

        CopyReport report = await _service.Repository.CopyAsync("b1", _target);

        Assert.Equal(BackupError.BackendFailure, broken.Error);
        Assert.Equal(2, report.ObjectsPresent);
        await AssertRestoresAsync();
    }

    [Fact]
    public async Task Copy_WhenTheSourceIsDamaged_CommitsNothing()
    {
        string key = (await _bench.KeysAsync(RepositoryLayout.DataPrefix)).First();
        await _bench.DamageAsync(key);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CopyAsync("b1", _target));

        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
        Assert.False(_memory.Objects.ContainsKey(key));
        Assert.NotEqual(BackupState.Success, (await _target.FindAsync("b1"))!.State);
    }

    [Fact]
    public async Task Copy_WhenTheTargetHasAnotherBackupOfThatId_IsRefused()
    {
        await _bench.OpenService(_source, backend: _memory).CreateAsync(new BackupRequest("b1"));

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CopyAsync("b1", _target));

        Assert.Equal(BackupError.AlreadyExists, refused.Error);
    }

    [Fact]
    public async Task Copy_Again_WhenItWasDeletedInTheTarget_IsRefusedRatherThanBroughtBackToLife()
    {
        await _service.Repository.CopyAsync("b1", _target);
        await _target.DeleteAsync("b1");
        await _target.CollectGarbageAsync(Workbench.AtOnce);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CopyAsync("b1", _target));

        Assert.Equal(BackupError.AlreadyExists, refused.Error);
    }

    [Fact]
    public async Task Copy_OfExtentsThatACollectorOfTheTargetCondemned_IsRefused()
    {
        await _service.CreateAsync(new BackupRequest("b2") { Include = ["Book"] });
        await _service.Repository.CopyAsync("b1", _target);
        await _target.DeleteAsync("b1");
        await _target.CollectGarbageAsync(Workbench.AtOnce);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CopyAsync("b2", _target));

        Assert.Equal(BackupError.InProgress, refused.Error);
        Assert.Contains("condemned", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_TakesTheBackupFromBeingCollectedMeanwhile()
    {
        var gate = new Gate();
        _watched.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        Task<CopyReport> copy = _service.Repository.CopyAsync("b1", _target);
        await gate.Reached;

        await _service.DeleteAsync("b1");
        GarbageCollectionReport there = await _service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        GarbageCollectionReport here = await _target.CollectGarbageAsync(Workbench.AtOnce);

        gate.Open();
        await copy;
        Assert.Equal((0, 0), (there.Deleted, here.Deleted));
        await AssertRestoresAsync();
    }

    public override ValueTask DisposeAsync()
    {
        _target.Dispose();
        return _bench.DisposeAsync();
    }

    private async Task AssertRestoresAsync()
    {
        Database restored = _bench.OpenDatabase("restored");
        await _bench.OpenService(restored, backend: _memory).RestoreAsync("b1");
        Assert.Equal(Contents.Read(_source), Contents.Read(restored));
    }
}
