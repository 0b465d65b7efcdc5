using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>What nobody needs goes, and nothing else, whoever is at work meanwhile.</summary>
public sealed class GarbageCollectionTests : CollectorTest
{
    [Fact]
    public async Task Collect_AfterADelete_FreesWhatNoOtherBackupNeeds()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        string[] shared = await DataAsync();
        Contents.Fill(Source, "Author", 1_000, seed: 2);
        await Service.CreateAsync(new BackupRequest("b2"));
        await Service.CreateAsync(new BackupRequest("b3") { Include = ["Book"] });
        await Service.DeleteAsync("b2");

        GarbageCollectionReport report = await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.NotEqual(0, report.Deleted);
        Assert.Equal((report.Garbage, report.Extents - shared.Length), (report.Deleted, report.Deleted));
        Assert.InRange(report.BytesFreed, report.GarbageBytes, long.MaxValue);
        Assert.Empty(report.Failures);
        Assert.Equal(shared, await DataAsync());
        Assert.DoesNotContain(await Bench.KeysAsync("b2/"), key => key.StartsWith("b2/0001/", StringComparison.Ordinal));
        await AssertRestoresAsync("b1");
        await AssertRestoresAsync("b3");
    }

    [Fact]
    public async Task Collect_OfWhatIsYoungerThanTheMinimumAge_SparesIt()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        string[] before = await DataAsync();

        GarbageCollectionReport report = await Service.Repository.CollectGarbageAsync();

        Assert.Equal((0, before.Length), (report.Garbage, report.TooYoung));
        Assert.Equal(before, await DataAsync());
    }

    [Fact]
    public async Task Collect_DryRun_SaysWhatWouldGoAndChangesNothing()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        string[] before = await Bench.KeysAsync();

        GarbageCollectionReport report = await Service.Repository.CollectGarbageAsync(Workbench.AtOnce with { IsDryRun = true });

        Assert.Equal((true, report.Extents, 0), (report.IsDryRun, report.Garbage, report.Deleted));
        Assert.Equal(before, await Bench.KeysAsync());
    }

    [Fact]
    public async Task Collect_WhileABackupIsBeingMade_SparesWhatItUploaded()
    {
        var gate = new Gate();
        Bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await Service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Assert.NotEmpty(await DataAsync());

        GarbageCollectionReport report = await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        gate.Open();
        await job.Completion;
        Assert.Equal((0, 0), (report.Garbage, report.Deleted));
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_AfterACancel_FreesWhatTheBackupUploaded()
    {
        var gate = new Gate();
        Bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await Service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        await job.CancelAsync();
        gate.Open();
        await Assert.ThrowsAsync<BackupException>(() => job.Completion);
        Assert.NotEmpty(await DataAsync());

        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Empty(await DataAsync());
        Assert.Empty(await Bench.KeysAsync(RepositoryLayout.WorkPrefix));
        Assert.Equal(BackupState.Canceled, (await Service.GetStatusAsync("b1"))!.State);
    }

    [Theory]
    [InlineData("b1/claim-0001.json")]
    [InlineData("b1/outcome-0001.json")]
    [InlineData("b1/0001/node1/node.json")]
    [InlineData("b1/0001/node1/shard-")]
    public async Task Collect_WhenADocumentOfABackupIsDamaged_DeletesNothingAndNamesIt(string prefix)
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        Contents.Fill(Source, "Author", 1_000, seed: 2);
        await Service.CreateAsync(new BackupRequest("b2"));
        await Service.DeleteAsync("b2");
        string key = (await Bench.KeysAsync(prefix)).First();
        await Bench.DamageAsync(key);
        string[] before = await Bench.KeysAsync();

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => Service.Repository.CollectGarbageAsync(Workbench.AtOnce));

        Assert.Equal((BackupError.Corrupted, key), (failure.Error, failure.ObjectKey));
        Assert.Equal(before, await Bench.KeysAsync());
        await Service.DeleteAsync("b1");
        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Collect_WhenAJournalOfARunningBackupIsDamaged_DeletesNothing()
    {
        var gate = new Gate();
        Bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await Service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        string journal = (await Bench.KeysAsync(RepositoryLayout.WorkPrefix)).Last(key => key.Contains("/j-", StringComparison.Ordinal));
        await Bench.DamageAsync(journal);

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => Service.Repository.CollectGarbageAsync(Workbench.AtOnce));

        gate.Open();
        await job.Completion;
        Assert.Equal(journal, failure.ObjectKey);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_WhenAnObjectCannotBeDeleted_ReportsItAndTheNextTriesAgain()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        string stubborn = (await DataAsync()).First();
        Bench.Backend.BeforeDelete = key =>
            key == stubborn ? throw new BackupBackendException(key, "Locked by the administrator.", isTransient: false) : Task.CompletedTask;

        GarbageCollectionReport first = await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Equal("Locked by the administrator.", Assert.Single(first.Failures));
        Assert.Equal(first.Garbage - 1, first.Deleted);
        Assert.Equal([stubborn], await DataAsync());
        Bench.Backend.BeforeDelete = _ => Task.CompletedTask;
        Assert.Equal(1, (await Service.Repository.CollectGarbageAsync(Workbench.AtOnce)).Deleted);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Create_AfterAnAttemptThatFailed_SharesWhatThatUploaded()
    {
        Bench.Backend.BeforePut = key =>
            key.Contains("/shard-", StringComparison.Ordinal) ? throw new BackupBackendException(key, "Quota.", isTransient: false) : Task.CompletedTask;
        await Assert.ThrowsAsync<BackupException>(() => Service.CreateAsync(new BackupRequest("b1")));
        string[] uploaded = await DataAsync();
        Bench.Backend.BeforePut = _ => Task.CompletedTask;

        BackupSummary second = await Service.CreateAsync(new BackupRequest("b1"));

        Assert.Equal((2, second.LogicalBytes), (second.Attempt, second.ReusedBytes));
        Assert.Equal(uploaded, await DataAsync());
        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Collect_WhenNobodyWorksOnABackupAnyMore_MarksItAsFailed()
    {
        var gate = new Gate();
        Bench.Backend.BeforePut = key => key.Contains("/shard-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await Service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        using var soon = new BackupRepository(Bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(5)) });
        using var later = new BackupRepository(Bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(7)) });

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
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        using var soon = new BackupRepository(Bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(29)) });
        using var later = new BackupRepository(Bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(31)) });

        await soon.CollectGarbageAsync();
        Assert.Equal(["b1/claim-0001.json", "b1/outcome-0001.json", "b1/tombstone-0001.json"], await Bench.KeysAsync("b1/"));
        await later.CollectGarbageAsync();

        Assert.Empty(await Bench.KeysAsync("b1/"));
        Assert.Equal(1, (await Service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("outcome")]
    public async Task Collect_KilledWhileForgettingABackup_LeavesItDeleted(string killedAt)
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        using var later = new BackupRepository(Bench.Backend, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(31)) });
        string key = $"b1/{killedAt}-0001.json";
        bool isKilled = false;
        Bench.Backend.BeforeDelete = next =>
        {
            isKilled |= next == key;
            return isKilled ? throw new InvalidOperationException("The process is killed here.") : Task.CompletedTask;
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => later.CollectGarbageAsync());
        Bench.Backend.BeforeDelete = _ => Task.CompletedTask;

        Assert.Null(await Service.GetStatusAsync("b1"));
        Assert.Equal(2, (await Service.CreateAsync(new BackupRequest("b1"))).Attempt);
        await AssertRestoresAsync("b1");
    }
}
