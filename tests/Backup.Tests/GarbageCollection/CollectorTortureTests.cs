using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>Two servers make, delete and restore backups in one repository while collectors run; nothing that is good loses an extent.</summary>
public sealed class CollectorTortureTests
{
    private static readonly GarbageCollectionOptions AtOnce = new() { MinimumAge = TimeSpan.Zero };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task BackupsAndCollectors_SideBySide_LoseNothingThatIsNeeded(int seed)
    {
        await using var bench = new Workbench();
        Database first = bench.OpenDatabase("first");
        Contents.Fill(first, "Book", 1_000, seed);
        BackupService one = bench.OpenService(first, backend: bench.Repository);
        await one.CreateAsync(new BackupRequest("seed"));
        Database second = bench.OpenDatabase("second");
        BackupService two = bench.OpenService(second, backend: bench.Repository);
        await two.RestoreAsync("seed");
        using var working = new CancellationTokenSource();

        Task<int>[] collectors = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => CollectAsync(bench, working.Token)))];
        int[] made = await Task.WhenAll(
            Task.Run(() => WorkAsync(one, first, "one", new Random(seed))), Task.Run(() => WorkAsync(two, second, "two", new Random(seed + 100))));
        await working.CancelAsync();
        int[] deleted = await Task.WhenAll(collectors);

        Assert.InRange(made.Sum(), 16, int.MaxValue);
        Assert.NotEqual(0, deleted.Sum());
        using var repository = new BackupRepository(bench.Repository, Workbench.BackupOptions);
        foreach (BackupSummary backup in await repository.ListAsync())
        {
            Assert.Equal(BackupState.Success, backup.State);
            VerificationReport report = await repository.VerifyAsync(backup.Id, new VerificationOptions { Level = VerificationLevel.Full });
            Assert.True(report.IsGood, $"{backup.Id}: {string.Join("; ", report.Problems)}");
        }
    }

    /// <summary>Makes backups that share most of their extents, and deletes older ones.</summary>
    private static async Task<int> WorkAsync(BackupService service, Database database, string name, Random random)
    {
        for (int round = 0; round < 8; round++)
        {
            Contents.Fill(database, "Book", 50, seed: random.Next(), first: random.Next(1_000));
            BackupSummary made = await service.CreateAsync(new BackupRequest($"{name}-{round}"));
            Assert.True((await service.Repository.VerifyAsync(made.Id)).IsGood, made.Id);
            if (round >= 2)
            {
                await service.DeleteAsync($"{name}-{round - 2}");
            }
        }

        return 8;
    }

    private static async Task<int> CollectAsync(Workbench bench, CancellationToken cancellationToken)
    {
        using var repository = new BackupRepository(bench.Repository, Workbench.BackupOptions);
        int deleted = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            deleted += (await repository.CollectGarbageAsync(AtOnce, CancellationToken.None)).Deleted;
        }

        return deleted;
    }
}
