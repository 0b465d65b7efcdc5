using Basalt.Backup.GarbageCollection;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>What nobody needs goes, and nothing else, whoever is at work meanwhile.</summary>
public sealed class GarbageCollectionTests : IAsyncDisposable
{
    private static readonly GarbageCollectionOptions AtOnce = new() { MinimumAge = TimeSpan.Zero };

    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public GarbageCollectionTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 2_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Collect_AfterADelete_FreesWhatNoOtherBackupNeeds()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] shared = await DataAsync();
        Contents.Fill(_source, "Author", 1_000, seed: 2);
        await _service.CreateAsync(new BackupRequest("b2"));
        await _service.CreateAsync(new BackupRequest("b3") { Include = ["Book"] });
        await _service.DeleteAsync("b2");

        GarbageCollectionReport report = await _service.Repository.CollectGarbageAsync(AtOnce);

        Assert.NotEqual(0, report.Deleted);
        Assert.Equal((report.Garbage, report.Extents - shared.Length), (report.Deleted, report.Deleted));
        Assert.InRange(report.BytesFreed, report.GarbageBytes, long.MaxValue);
        Assert.Empty(report.Failures);
        Assert.Equal(shared, await DataAsync());
        Assert.DoesNotContain(await _bench.KeysAsync("b2/"), key => key.StartsWith("b2/0001/", StringComparison.Ordinal));
        await AssertRestoresAsync("b1");
        await AssertRestoresAsync("b3");
    }

    [Fact]
    public async Task Collect_ADayLater_RemovesThePlansOfWhichNothingIsLeft()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        await _service.Repository.CollectGarbageAsync(AtOnce);
        await _service.Repository.CollectGarbageAsync(AtOnce);
        Assert.NotEmpty(await _bench.KeysAsync(RepositoryLayout.GarbagePrefix));
        using var tomorrow = new BackupRepository(_bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(25)) });

        GarbageCollectionReport third = await tomorrow.CollectGarbageAsync(AtOnce);

        Assert.Equal((0, 0), (third.Extents, third.Deleted));
        Assert.Empty(await _bench.KeysAsync(RepositoryLayout.GarbagePrefix));
    }

    [Fact]
    public async Task Collect_OfWhatIsYoungerThanTheMinimumAge_SparesIt()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        string[] before = await DataAsync();

        GarbageCollectionReport report = await _service.Repository.CollectGarbageAsync();

        Assert.Equal((0, before.Length), (report.Garbage, report.TooYoung));
        Assert.Equal(before, await DataAsync());
    }

    [Fact]
    public async Task Collect_DryRun_SaysWhatWouldGoAndChangesNothing()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        string[] before = await _bench.KeysAsync();

        GarbageCollectionReport report = await _service.Repository.CollectGarbageAsync(AtOnce with { IsDryRun = true });

        Assert.Equal((true, report.Extents, 0), (report.IsDryRun, report.Garbage, report.Deleted));
        Assert.Equal(before, await _bench.KeysAsync());
    }

    [Fact]
    public async Task Collect_WhileABackupIsBeingMade_SparesWhatItUploaded()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Assert.NotEmpty(await DataAsync());

        GarbageCollectionReport report = await _service.Repository.CollectGarbageAsync(AtOnce);

        gate.Open();
        await job.Completion;
        Assert.Equal((0, 0), (report.Garbage, report.Deleted));
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_AfterACancel_FreesWhatTheBackupUploaded()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        await job.CancelAsync();
        gate.Open();
        await Assert.ThrowsAsync<BackupException>(() => job.Completion);
        Assert.NotEmpty(await DataAsync());

        await _service.Repository.CollectGarbageAsync(AtOnce);

        Assert.Empty(await DataAsync());
        Assert.Empty(await _bench.KeysAsync(RepositoryLayout.WorkPrefix));
        Assert.Equal(BackupState.Canceled, (await _service.GetStatusAsync("b1"))!.State);
    }

    [Fact]
    public async Task Create_WhenAPlanCondemnsAnExtent_UploadsItUnderAnotherName()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] old = await DataAsync();
        await new GarbagePlans(_service.Repository.Store).WriteAsync(old, CancellationToken.None);

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal((0, second.LogicalBytes), (second.ReusedBytes, second.UploadedBytes));
        Assert.Empty(old.Except(await DataAsync()));
        await _service.DeleteAsync("b1");
        await _service.Repository.CollectGarbageAsync(AtOnce);
        Assert.Empty(old.Intersect(await DataAsync()));
        await AssertRestoresAsync("b2");
    }

    [Fact]
    public async Task Collect_WhenABackupThatNeedsItCameAfterThePlan_RetainsAndReportsIt()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] needed = await DataAsync();
        await new GarbagePlans(_service.Repository.Store).WriteAsync(needed, CancellationToken.None);

        GarbageCollectionReport report = await _service.Repository.CollectGarbageAsync(AtOnce);

        Assert.Equal(needed, report.Retained);
        Assert.Equal(0, report.Deleted);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Create_WhenAPlanIsDamaged_SharesNothingAndSaysSo()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await new GarbagePlans(_service.Repository.Store).WriteAsync(["x"], CancellationToken.None);
        await DamageAsync(Assert.Single(await _bench.KeysAsync(RepositoryLayout.GarbagePrefix)));

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal(0, second.ReusedBytes);
        string node = await File.ReadAllTextAsync(_bench.Repository.Location("b2/0001/node1/node.json"));
        Assert.Contains("plan.json", node, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b1/claim-0001.json")]
    [InlineData("b1/outcome-0001.json")]
    [InlineData("b1/0001/node1/node.json")]
    [InlineData("b1/0001/node1/shard-")]
    public async Task Collect_WhenADocumentOfABackupIsDamaged_DeletesNothingAndNamesIt(string prefix)
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        Contents.Fill(_source, "Author", 1_000, seed: 2);
        await _service.CreateAsync(new BackupRequest("b2"));
        await _service.DeleteAsync("b2");
        string key = (await _bench.KeysAsync(prefix)).First();
        await DamageAsync(key);
        string[] before = await _bench.KeysAsync();

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CollectGarbageAsync(AtOnce));

        Assert.Equal((BackupError.Corrupted, key), (failure.Error, failure.ObjectKey));
        Assert.Equal(before, await _bench.KeysAsync());
        await _service.DeleteAsync("b1");
        await _service.Repository.CollectGarbageAsync(AtOnce);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Collect_WhenAJournalOfARunningBackupIsDamaged_DeletesNothing()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        string journal = (await _bench.KeysAsync(RepositoryLayout.WorkPrefix)).Last(key => key.Contains("/j-", StringComparison.Ordinal));
        await DamageAsync(journal);

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => _service.Repository.CollectGarbageAsync(AtOnce));

        gate.Open();
        await job.Completion;
        Assert.Equal(journal, failure.ObjectKey);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Restore_OfABackupThatIsDeletedAndCollectedMeanwhile_GoesOn()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        BackupService restorer = _bench.OpenService(target);
        var gate = new Gate();
        _bench.Backend.BeforeOpen = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob restore = await restorer.StartRestoreAsync(new RestoreRequest("b1"));
        await gate.Reached;
        using var other = new BackupRepository(_bench.Repository, Workbench.BackupOptions);

        await other.DeleteAsync("b1");
        GarbageCollectionReport during = await other.CollectGarbageAsync(AtOnce);

        gate.Open();
        await restore.Completion;
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
        Assert.Equal(0, during.Deleted);
        Assert.NotEqual(0, (await other.CollectGarbageAsync(AtOnce)).Deleted);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Restore_OfABackupDeletedWhileThePinWasPlaced_IsRefused()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        using var other = new BackupRepository(_bench.Repository, Workbench.BackupOptions);
        _bench.Backend.BeforePut = key => key.Contains("/pin-", StringComparison.Ordinal) ? other.DeleteAsync("b1") : Task.CompletedTask;

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _bench.OpenService(_bench.OpenDatabase("target")).RestoreAsync("b1"));

        Assert.Equal(BackupError.NotFound, refused.Error);
        Assert.DoesNotContain(await _bench.KeysAsync("b1/"), key => key.Contains("/pin-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_ByOneWhoMayNotWrite_NeedsNoPin()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        _bench.Backend.BeforePut = key => throw new BackupBackendException(key, "Access denied.", isTransient: false);

        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_WhenAnObjectCannotBeDeleted_ReportsItAndTheNextTriesAgain()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        string stubborn = (await DataAsync()).First();
        _bench.Backend.BeforeDelete = key =>
            key == stubborn ? throw new BackupBackendException(key, "Locked by the administrator.", isTransient: false) : Task.CompletedTask;

        GarbageCollectionReport first = await _service.Repository.CollectGarbageAsync(AtOnce);

        Assert.Equal("Locked by the administrator.", Assert.Single(first.Failures));
        Assert.Equal(first.Garbage - 1, first.Deleted);
        Assert.Equal([stubborn], await DataAsync());
        _bench.Backend.BeforeDelete = _ => Task.CompletedTask;
        Assert.Equal(1, (await _service.Repository.CollectGarbageAsync(AtOnce)).Deleted);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Collect_AfterACollectorThatDied_FinishesItsPlan()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        _bench.Backend.BeforeDelete = _ => throw new InvalidOperationException("The process is killed here.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _service.Repository.CollectGarbageAsync(AtOnce));
        _bench.Backend.BeforeDelete = _ => Task.CompletedTask;
        Assert.NotEmpty(await DataAsync());

        await _service.Repository.CollectGarbageAsync();

        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Create_AfterAnAttemptThatFailed_SharesWhatThatUploaded()
    {
        _bench.Backend.BeforePut = key =>
            key.Contains("/shard-", StringComparison.Ordinal) ? throw new BackupBackendException(key, "Quota.", isTransient: false) : Task.CompletedTask;
        await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));
        string[] uploaded = await DataAsync();
        _bench.Backend.BeforePut = _ => Task.CompletedTask;

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b1"));

        Assert.Equal((2, second.LogicalBytes), (second.Attempt, second.ReusedBytes));
        Assert.Equal(uploaded, await DataAsync());
        await _service.Repository.CollectGarbageAsync(AtOnce);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_WhenNobodyWorksOnABackupAnyMore_MarksItAsFailed()
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        using var soon = new BackupRepository(_bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(5)) });
        using var later = new BackupRepository(_bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(7)) });

        Assert.Empty((await soon.CollectGarbageAsync()).AbandonedBackups);
        Assert.Equal("b1", Assert.Single((await later.CollectGarbageAsync()).AbandonedBackups));

        BackupSummary status = (await later.FindAsync("b1"))!;
        Assert.Equal(BackupState.Failed, status.State);
        Assert.Contains("no sign of life", status.Error!, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal(BackupError.NotRestorable, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
    }

    [Fact]
    public async Task Collect_AMonthAfterADelete_ForgetsTheBackup()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        using var soon = new BackupRepository(_bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(29)) });
        using var later = new BackupRepository(_bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(31)) });

        await soon.CollectGarbageAsync();
        Assert.Equal(["b1/claim-0001.json", "b1/outcome-0001.json", "b1/tombstone-0001.json"], await _bench.KeysAsync("b1/"));
        await later.CollectGarbageAsync();

        Assert.Empty(await _bench.KeysAsync("b1/"));
        Assert.Equal(1, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("outcome")]
    public async Task Collect_KilledWhileForgettingABackup_LeavesItDeleted(string killedAt)
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        await _service.DeleteAsync("b1");
        using var later = new BackupRepository(_bench.Backend, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(31)) });
        string key = $"b1/{killedAt}-0001.json";
        bool isKilled = false;
        _bench.Backend.BeforeDelete = next =>
        {
            isKilled |= next == key;
            return isKilled ? throw new InvalidOperationException("The process is killed here.") : Task.CompletedTask;
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => later.CollectGarbageAsync());
        _bench.Backend.BeforeDelete = _ => Task.CompletedTask;

        Assert.Null(await _service.GetStatusAsync("b1"));
        Assert.Equal(2, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
        await AssertRestoresAsync("b1");
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task<string[]> DataAsync() => _bench.KeysAsync(RepositoryLayout.DataPrefix);

    private async Task DamageAsync(string key)
    {
        byte[] bytes = await File.ReadAllBytesAsync(_bench.Repository.Location(key));
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_bench.Repository.Location(key), bytes);
    }

    private async Task AssertRestoresAsync(string id)
    {
        Database target = _bench.OpenDatabase("restored-" + id);
        await _bench.OpenService(target).RestoreAsync(id);
        Assert.Equal(Contents.Read(_source, name => name == "Book"), Contents.Read(target, name => name == "Book"));
    }
}
