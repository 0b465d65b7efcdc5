using Basalt.Bench.Load;

namespace Basalt.Bench.Tests;

public sealed class OpenLoopTests
{
    [Fact]
    public void Stop_AfterOneCallBlocked_ShowsTheWaitInTheCallsThatItDelayed()
    {
        using ManualResetEventSlim blocked = new();
        using ManualResetEventSlim goOn = new();
        OpenLoop load = new(new BlockingOperation(blocked, goOn), ratePerSecond: 1_000, TimeSpan.FromMinutes(1));
        blocked.Wait();
        long from = MonotonicClock.Now();
        Assert.True(SpinWait.SpinUntil(() => MonotonicClock.Now() - from > 50_000_000, TimeSpan.FromMinutes(1)));
        goOn.Set();
        BlockingOperation.SecondCall.Wait();

        LatencySamples samples = load.Stop();

        // The first call took at least 50 ms; the second should have begun 1 ms after it and so waited for all but that.
        LatencyHistogram first = samples.Between(samples.Start, samples.Start + samples.Interval);
        LatencyHistogram second = samples.Between(samples.Start + samples.Interval, samples.Start + (2 * samples.Interval));
        Assert.True(first.Max >= 50_000_000, $"{first.Max}");
        Assert.True(second.Max >= 49_000_000, $"{second.Max}");
    }

    [Fact]
    public void Stop_WhenACallFailed_Throws()
    {
        OpenLoop load = new(new FailingOperation(), ratePerSecond: 1_000, TimeSpan.FromMinutes(1));
        FailingOperation.Called.Wait();

        Assert.IsType<InvalidDataException>(Assert.Throws<InvalidOperationException>(load.Stop).InnerException);
    }

    private sealed class BlockingOperation(ManualResetEventSlim blocked, ManualResetEventSlim goOn) : Operation
    {
        public static readonly ManualResetEventSlim SecondCall = new();

        public override long Limit => long.MaxValue;

        public override void Execute(long number)
        {
            if (number == 0)
            {
                blocked.Set();
                goOn.Wait();
            }
            else if (number == 2)
            {
                SecondCall.Set();
            }
        }
    }

    private sealed class FailingOperation : Operation
    {
        public static readonly ManualResetEventSlim Called = new();

        public override long Limit => long.MaxValue;

        public override void Execute(long number)
        {
            Called.Set();
            throw new InvalidDataException();
        }
    }
}
