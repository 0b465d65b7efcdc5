using Basalt.Backup.Tests.Support;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Tests.Service;

/// <summary>All transfers together stay below the rate, and none waits without a limit.</summary>
public sealed class TransferThrottleTests
{
    [Fact]
    public async Task Wait_ForManyTransfers_TakesTheTimeOfAllTheirBytes()
    {
        var clock = new PassingClock();
        var throttle = new TransferThrottle(bytesPerSecond: 1_000, clock);
        await throttle.WaitAsync(500, CancellationToken.None);

        await throttle.WaitAsync(2_000, CancellationToken.None);
        await throttle.WaitAsync(1, CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(2.5), clock.Passed);
    }

    [Fact]
    public async Task Wait_AfterAPause_DoesNotCatchUp()
    {
        var clock = new PassingClock();
        var throttle = new TransferThrottle(bytesPerSecond: 1_000, clock);
        await throttle.WaitAsync(1_000, CancellationToken.None);
        clock.Pass(TimeSpan.FromMinutes(1));
        await throttle.WaitAsync(1_000, CancellationToken.None);

        await throttle.WaitAsync(1, CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(61), clock.Passed);
    }

    [Fact]
    public async Task Wait_WithoutALimit_IsOver()
    {
        var clock = new PassingClock();
        var throttle = new TransferThrottle(bytesPerSecond: 0, clock);

        await throttle.WaitAsync(long.MaxValue, CancellationToken.None);
        await throttle.WaitAsync(long.MaxValue, CancellationToken.None);

        Assert.Equal(TimeSpan.Zero, clock.Passed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Validate_OfALimitThatNothingPasses_NamesTheRange(long limit)
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { MaxBytesPerSecond = limit }.Validate());

        Assert.Contains("MaxBytesPerSecond takes 1048576 to", failure.Message, StringComparison.Ordinal);
    }
}
