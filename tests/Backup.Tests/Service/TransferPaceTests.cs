using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>A job that may take a part of the processors only makes fewer transfers at a time, each of which rests.</summary>
public sealed class TransferPaceTests : DisposableTest
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(null, 2, 4, 4, 1.0)]
    [InlineData(100, 2, 4, 2, 1.0)]
    [InlineData(50, 2, 4, 1, 1.0)]
    [InlineData(80, 2, 4, 2, 0.8)]
    [InlineData(10, 2, 4, 1, 0.2)]
    [InlineData(1, 1, 4, 1, 0.01)]
    [InlineData(50, 64, 4, 4, 1.0)]
    [InlineData(30, 8, 4, 2, 1.0)]
    public void Of_APercentage_TakesThatPartOfTheProcessorsAtMost(int? percentage, int processors, int most, int transfers, double share)
    {
        TransferPace pace = TransferPace.Of(percentage, processors, most);

        Assert.Equal(transfers, pace.Transfers);
        Assert.Equal(share, pace.Share, precision: 6);
    }

    [Fact]
    public async Task Pass_AtAQuarterOfTheTime_RestsThreeTimesAsLongAsItWorked()
    {
        var clock = new PassingClock();
        using var all = new TransferBuffers(1 << 20, parallelism: 1);
        using TransferBuffer buffer = await all.At(share: 0.25, clock).RentAsync(CancellationToken.None);
        for (int chunk = 0; chunk < 10; chunk++)
        {
            clock.Pass(TimeSpan.FromMilliseconds(10));
            await buffer.PassAsync(1, CancellationToken.None);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(400), clock.Passed);
    }

    [Fact]
    public async Task Pass_AfterALongWaitForTheStore_RestsForTwoSecondsAtMost()
    {
        var clock = new PassingClock();
        using var all = new TransferBuffers(1 << 20, parallelism: 1);
        using TransferBuffer buffer = await all.At(share: 0.01, clock).RentAsync(CancellationToken.None);
        clock.Pass(TimeSpan.FromMinutes(1));

        await buffer.PassAsync(1, CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(62), clock.Passed);
    }

    [Fact]
    public async Task Pass_WithoutALimit_NeverRests()
    {
        var clock = new PassingClock();
        using var all = new TransferBuffers(1 << 20, parallelism: 1);
        Assert.Same(all, all.At(share: 1, clock));
        using TransferBuffer buffer = await all.At(share: 1, clock).RentAsync(CancellationToken.None);
        clock.Pass(TimeSpan.FromMinutes(1));

        await buffer.PassAsync(1, CancellationToken.None);

        Assert.Equal(TimeSpan.FromMinutes(1), clock.Passed);
    }

    [Fact]
    public async Task CreateAndRestore_AtOnePercent_MakeOneTransferAtATimeAndAreWhole()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book", 3_000, seed: 1);
        await source.FlushAsync();
        await source.CompactAsync();
        BackupService service = _bench.OpenService(source, Workbench.BackupOptions with { Parallelism = 4 });
        int running = 0;
        int most = 0;
        Task Enter(string key)
        {
            if (key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
            }

            return Task.CompletedTask;
        }

        _bench.Backend.BeforePut = Enter;
        _bench.Backend.AfterPut = key =>
        {
            _ = key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? Interlocked.Decrement(ref running) : 0;
            return Task.CompletedTask;
        };

        // A hundredth of the processors is one transfer on any machine that has fewer than 150.
        await service.CreateAsync(new BackupRequest("b1") { CpuPercentage = 1 });

        Assert.Equal(1, most);
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync(new RestoreRequest("b1") { CpuPercentage = 1 });
        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(-1)]
    public async Task CreateAndRestore_WithAPercentageOutOfRange_AreRefused(int percentage)
    {
        BackupService service = _bench.OpenService(_bench.OpenDatabase());

        var create = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b1") { CpuPercentage = percentage }));
        var restore = await Assert.ThrowsAsync<BackupException>(() => service.RestoreAsync(new RestoreRequest("b1") { CpuPercentage = percentage }));

        Assert.Equal((BackupError.InvalidRequest, BackupError.InvalidRequest), (create.Error, restore.Error));
        Assert.Contains("1 to 100", create.Message, StringComparison.Ordinal);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();
}
