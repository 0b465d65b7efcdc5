using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>A pin keeps what is read, even if it is deleted meanwhile.</summary>
public sealed class ReadPinTests : CollectorTest
{
    [Fact]
    public async Task Restore_OfABackupThatIsDeletedAndCollectedMeanwhile_GoesOn()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        Database target = Bench.OpenDatabase("target");
        BackupService restorer = Bench.OpenService(target);
        var gate = new Gate();
        Bench.Backend.BeforeOpen = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob restore = await restorer.StartRestoreAsync(new RestoreRequest("b1"));
        await gate.Reached;
        using var other = new BackupRepository(Bench.Repository, Workbench.BackupOptions);

        await other.DeleteAsync("b1");
        GarbageCollectionReport during = await other.CollectGarbageAsync(Workbench.AtOnce);

        gate.Open();
        await restore.Completion;
        Assert.Equal(Contents.Read(Source), Contents.Read(target));
        Assert.Equal(0, during.Deleted);
        Assert.NotEqual(0, (await other.CollectGarbageAsync(Workbench.AtOnce)).Deleted);
        Assert.Empty(await DataAsync());
    }

    [Fact]
    public async Task Restore_OfABackupDeletedWhileThePinWasPlaced_IsRefused()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        using var other = new BackupRepository(Bench.Repository, Workbench.BackupOptions);
        int pins = 0;
        Bench.Backend.BeforePut = key =>
            key.Contains("/pin-", StringComparison.Ordinal) && Interlocked.Increment(ref pins) == 1 ? other.DeleteAsync("b1") : Task.CompletedTask;

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => Bench.OpenService(Bench.OpenDatabase("target")).RestoreAsync("b1"));

        Assert.Equal(BackupError.NotFound, refused.Error);
        Assert.DoesNotContain(await Bench.KeysAsync("b1/"), key => key.Contains("/pin-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_ByOneWhoMayNotWrite_NeedsNoPin()
    {
        await Service.CreateAsync(new BackupRequest("b1"));
        Bench.Backend.BeforePut = key => throw new BackupBackendException(key, "Access denied.", isTransient: false);

        await AssertRestoresAsync("b1");
    }
}
