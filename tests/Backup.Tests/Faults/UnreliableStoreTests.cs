using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Faults;

/// <summary>On a store that fails one call in four, every backup ends good or clearly failed, and every good one restores.</summary>
public sealed class UnreliableStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Backups_WhenOneCallInFourFails_EndGoodOrClearlyFailed(int seed)
    {
        await using var bench = new Workbench();
        Database source = bench.OpenDatabase();
        var faulty = new FaultyBackend(bench.Repository, seed, rate: 0.25);
        BackupService service = bench.OpenService(source, Workbench.BackupOptions with { BackendAttempts = 4 }, faulty);
        var contents = new Dictionary<string, SortedDictionary<string, string>>();
        for (int round = 0; round < 6; round++)
        {
            Contents.Fill(source, "Book", 400, seed: (seed * 100) + round, first: round * 100);
            await TryAsync(() => service.CreateAsync(new BackupRequest("b" + round)));
            contents["b" + round] = Contents.Read(source);
            await TryAsync(() => service.Repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero }));
        }

        for (int tries = 0; tries < 20 && !await TryAsync(() => service.RecoverAsync()); tries++)
        {
            // A server repeats this until the store answers.
        }

        Assert.InRange(faulty.Faults, 20, int.MaxValue);
        using var truth = new BackupRepository(bench.Repository, Workbench.BackupOptions);
        IReadOnlyList<BackupSummary> backups = await truth.ListAsync();
        foreach (BackupSummary good in backups.Where(backup => backup.State == BackupState.Success))
        {
            Assert.True((await truth.VerifyAsync(good.Id, new VerificationOptions { Level = VerificationLevel.Full })).IsGood, good.Id);
            Database target = bench.OpenDatabase("target-" + good.Id);
            await bench.OpenService(target, backend: bench.Repository).RestoreAsync(good.Id);
            Assert.Equal(contents[good.Id], Contents.Read(target));
        }

        Assert.Contains(backups, backup => backup.State == BackupState.Success);
        Assert.All(backups, backup => Assert.True(backup.State == BackupState.Success || backup.Error is { Length: > 0 }, $"{backup.Id} is {backup.State}"));
    }

    /// <summary>A failure is an end, too, as long as it says what failed.</summary>
    private static async Task<bool> TryAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            await operation();
            return true;
        }
        catch (BackupException failure)
        {
            Assert.Equal(BackupError.BackendFailure, failure.Error);
            Assert.NotNull(failure.ObjectKey);
            return false;
        }
    }
}
