using System.Text;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Degraded;

/// <summary>In a store without conditional writes backups are made only if that is allowed, and are as good as any.</summary>
public sealed class DegradedRepositoryTests : DisposableTest
{
    private static readonly BackupOptions Allowed = Workbench.BackupOptions with { AllowDegradedStores = true };

    private readonly Workbench _bench = new();
    private readonly Database _source;

    public DegradedRepositoryTests()
    {
        _source = _bench.OpenDatabase();
        Contents.Fill(_source, "Book", 1_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Author", 3, seed: 2);
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task Create_WithoutTheOption_IsRefusedAndNamesIt(ConditionSupport conditions)
    {
        var store = new MemoryBackend(conditions);
        BackupService service = _bench.OpenService(_source, backend: store);

        var create = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b1")));
        var probe = await Assert.ThrowsAsync<BackupException>(() => service.Repository.ProbeAsync());

        Assert.Equal(BackupError.BackendFailure, create.Error);
        Assert.Contains("AllowDegradedStores", create.Message, StringComparison.Ordinal);
        Assert.Contains("BACKUP_ALLOW_DEGRADED_STORES", probe.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(store.Objects.Keys, key => !key.StartsWith(".repo/caps/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task CreateVerifyRestoreDelete_WithTheOption_WorkAndSayThatTheyAreDegraded(ConditionSupport conditions)
    {
        var store = new MemoryBackend(conditions);
        BackupService service = _bench.OpenService(_source, Allowed, store);
        Assert.Equal(WriteConditions.Absent, await service.Repository.ProbeAsync());

        BackupSummary made = await service.CreateAsync(new BackupRequest("b1"));
        BackupSummary second = await service.CreateAsync(new BackupRequest("b2"));

        Assert.True(made.IsDegraded);
        Assert.Equal(0, second.UploadedBytes - second.LogicalBytes + second.ReusedBytes);
        Assert.NotEqual(0, second.ReusedBytes);
        Assert.All(await service.ListAsync(), backup => Assert.True(backup is { IsDegraded: true, State: BackupState.Success }));
        Assert.Matches("^b1/claim-0001-[0-9a-z]{26}[.]json$", Assert.Single(store.Objects.Keys, key => key.StartsWith("b1/claim-", StringComparison.Ordinal)));
        Assert.Matches("^b1/outcome-0001-[0-9a-z]{26}[.]json$", Assert.Single(store.Objects.Keys, key => key.StartsWith("b1/outcome-", StringComparison.Ordinal)));
        Assert.Contains("\"conditionalWrites\":\"absent\"", RepositoryDocument(store), StringComparison.Ordinal);
        Assert.True((await service.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
        await AssertRestoresAsync(store, "b1");
        var taken = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b1")));
        Assert.Equal(BackupError.AlreadyExists, taken.Error);
        await service.DeleteAsync("b1");
        Assert.Null(await service.GetStatusAsync("b1"));
        Assert.Equal(2, (await service.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task Collect_InADegradedRepository_SparesWhatIsYoungerThanThreeDays(ConditionSupport conditions)
    {
        var store = new MemoryBackend(conditions);
        BackupService service = _bench.OpenService(_source, Allowed, store);
        await service.CreateAsync(new BackupRequest("b1"));
        await service.DeleteAsync("b1");

        GarbageCollectionReport soon = await CollectLaterAsync(store, TimeSpan.FromHours(71));
        GarbageCollectionReport late = await CollectLaterAsync(store, TimeSpan.FromHours(73));
        await CollectLaterAsync(store, TimeSpan.FromDays(40));

        Assert.Equal(0, soon.Deleted);
        Assert.NotEqual(0, soon.TooYoung);
        Assert.NotEqual(0, late.Deleted);
        Assert.DoesNotContain(store.Objects.Keys, key => key.StartsWith("b1/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_InADegradedRepositoryWhoseStoreKeepsConditions_StaysDegraded()
    {
        var store = new MemoryBackend(ConditionSupport.Ignored);
        await _bench.OpenService(_source, Allowed, store).CreateAsync(new BackupRequest("b1"));
        var improved = new MemoryBackend { Objects = store.Objects };

        var refused = await Assert.ThrowsAsync<BackupException>(
            () => _bench.OpenService(_source, backend: improved).CreateAsync(new BackupRequest("b2")));
        BackupSummary made = await _bench.OpenService(_source, Allowed, improved).CreateAsync(new BackupRequest("b2"));

        Assert.Contains("AllowDegradedStores", refused.Message, StringComparison.Ordinal);
        Assert.True(made.IsDegraded);
        await AssertRestoresAsync(improved, "b2");
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task Create_WhereConditionsWereVerifiedAndAreAbsentNow_IsRefused(ConditionSupport conditions)
    {
        var store = new MemoryBackend();
        await _bench.OpenService(_source, backend: store).CreateAsync(new BackupRequest("b1"));
        BackupService service = _bench.OpenService(_source, Allowed, new MemoryBackend(conditions) { Objects = store.Objects });

        var refused = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b2")));

        Assert.Equal(BackupError.BackendFailure, refused.Error);
        Assert.Contains("does not do so any more", refused.Message, StringComparison.Ordinal);
        await AssertRestoresAsync(store, "b1");
    }

    [Fact]
    public async Task Create_WhereTwoClientsDisagreeAboutTheStore_IsRefused()
    {
        var store = new MemoryBackend(ConditionSupport.Ignored);
        await _bench.OpenService(_source, Allowed, store).CreateAsync(new BackupRequest("b1"));
        store.Objects[".repo/repo-0001.json"] = [.. Encoding.UTF8.GetBytes(RepositoryDocument(store))];

        var refused = await Assert.ThrowsAsync<BackupException>(
            () => _bench.OpenService(_source, Allowed, store).CreateAsync(new BackupRequest("b2")));

        Assert.Equal(BackupError.Corrupted, refused.Error);
        Assert.Contains("find out which is true", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_OutOfAndIntoADegradedRepository_KeepsTheRoot()
    {
        var store = new MemoryBackend(ConditionSupport.Refused);
        BackupService service = _bench.OpenService(_source, Allowed, store);
        BackupSummary made = await service.CreateAsync(new BackupRequest("b1"));
        using var sound = new BackupRepository(new MemoryBackend(), Workbench.BackupOptions);
        using var degraded = new BackupRepository(new MemoryBackend(ConditionSupport.Ignored), Allowed);

        await service.Repository.CopyAsync("b1", sound);
        await sound.CopyAsync("b1", degraded);
        CopyReport again = await sound.CopyAsync("b1", degraded);

        Assert.Equal(0, again.ObjectsCopied);
        BackupSummary first = (await sound.FindAsync("b1"))!;
        BackupSummary second = (await degraded.FindAsync("b1"))!;
        Assert.Equal((made.Root, false), (first.Root, first.IsDegraded));
        Assert.Equal((made.Root, true), (second.Root, second.IsDegraded));
        Assert.True((await degraded.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static async Task<GarbageCollectionReport> CollectLaterAsync(MemoryBackend store, TimeSpan ahead)
    {
        using var later = new BackupRepository(store, Allowed with { TimeProvider = new LaterClock(ahead) });
        return await later.CollectGarbageAsync(Workbench.AtOnce);
    }

    private static string RepositoryDocument(MemoryBackend store) =>
        Encoding.UTF8.GetString(store.Objects.First(item => item.Key.StartsWith(RepositoryLayout.RepositoryPrefix, StringComparison.Ordinal)).Value);

    private async Task AssertRestoresAsync(MemoryBackend store, string id)
    {
        Database target = _bench.OpenDatabase($"restored-{Guid.NewGuid():n}");
        await _bench.OpenService(target, backend: store).RestoreAsync(id);
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
        Assert.DoesNotContain(store.Objects.Keys, key => key.StartsWith($"{id}/pin-", StringComparison.Ordinal));
    }
}
