using Basalt.Backup.GarbageCollection;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>What a plan condemns is not shared any more, and goes unless it is needed.</summary>
public sealed class GarbagePlanTests : CollectorTest
{
    [Fact]
    public async Task Collect_ADayLater_RemovesThePlansOfWhichNothingIsLeft()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        Assert.NotEmpty(await Bench.KeysAsync(RepositoryLayout.GarbagePrefix));
        using var tomorrow = new BackupRepository(Bench.Repository, Workbench.BackupOptions with { TimeProvider = new LaterClock(TimeSpan.FromHours(25)) });

        GarbageCollectionReport third = await tomorrow.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Equal((0, 0), (third.Extents, third.Deleted));
        Assert.Empty(await Bench.KeysAsync(RepositoryLayout.GarbagePrefix));
    }

    [Fact]
    public async Task Create_WhenAPlanCondemnsAnExtent_UploadsItUnderAnotherName()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        string[] old = await DataAsync();
        await new GarbagePlans(Service.Repository.Store).WriteAsync(old, CancellationToken.None);

        BackupSummary second = await Service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal((0, second.LogicalBytes), (second.ReusedBytes, second.UploadedBytes));
        Assert.Empty(old.Except(await DataAsync()));
        await Service.DeleteAsync("b1");
        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);
        Assert.Empty(old.Intersect(await DataAsync()));
        await AssertRestoresAsync("b2");
    }

    [Fact]
    public async Task Collect_WhenABackupThatNeedsItCameAfterThePlan_RetainsAndReportsIt()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        string[] needed = await DataAsync();
        await new GarbagePlans(Service.Repository.Store).WriteAsync(needed, CancellationToken.None);

        GarbageCollectionReport report = await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Equal(needed, report.Retained);
        Assert.Equal(0, report.Deleted);
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Create_WhenAPlanIsDamaged_SharesNothingAndSaysSo()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await new GarbagePlans(Service.Repository.Store).WriteAsync(["x"], CancellationToken.None);
        await Bench.DamageAsync(Assert.Single(await Bench.KeysAsync(RepositoryLayout.GarbagePrefix)));

        BackupSummary second = await Service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal(0, second.ReusedBytes);
        string node = await File.ReadAllTextAsync(Bench.Repository.Location("b2/0001/node1/node.json"));
        Assert.Contains("plan.json", node, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_AfterACollectorThatDied_FinishesItsPlan()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        await Service.DeleteAsync("b1");
        Bench.Backend.BeforeDelete = _ => throw new InvalidOperationException("The process is killed here.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Service.Repository.CollectGarbageAsync(Workbench.AtOnce));
        Bench.Backend.BeforeDelete = _ => Task.CompletedTask;
        Assert.NotEmpty(await DataAsync());

        await Service.Repository.CollectGarbageAsync();

        Assert.Empty(await DataAsync());
    }
}
