using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class WriteLogTests
{
    [Fact]
    public void Log_WhenAWriteIsInFlight_CountsItAsStartedOnly()
    {
        WriteLog log = new();
        LoggedWrite write = new(LoggedWriteKind.Delete, Guid.NewGuid(), State: null);

        log.Begin(write);
        Assert.Equal((1, 0), (log.Started, log.Acknowledged));
        log.Acknowledge(TimeSpan.FromMilliseconds(1));

        Assert.Equal((1, 1), (log.Started, log.Acknowledged));
        Assert.Equal([write], log.ToArray());
    }

    [Fact]
    public void Latency_WhenAWindowIsGiven_CoversItsWritesOnly()
    {
        WriteLog log = Filled(durations: [1, 2, 3, 4, 5]);

        LatencySummary latency = log.Latency(new CutWindow(Acknowledged: 1, Started: 4));

        Assert.Equal(3, latency.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(3), latency.Median);
        Assert.Equal(TimeSpan.FromMilliseconds(4), latency.Maximum);
    }

    [Fact]
    public void Latency_WhenTheLastWriteOfTheWindowIsInFlight_LeavesItOut()
    {
        WriteLog log = Filled(durations: [1, 2]);
        log.Begin(new LoggedWrite(LoggedWriteKind.Delete, Guid.NewGuid(), State: null));

        Assert.Equal(2, log.Latency(new CutWindow(Acknowledged: 0, Started: 3)).Count);
    }

    private static WriteLog Filled(int[] durations)
    {
        WriteLog log = new();
        foreach (int milliseconds in durations)
        {
            log.Begin(new LoggedWrite(LoggedWriteKind.Delete, Guid.NewGuid(), State: null));
            log.Acknowledge(TimeSpan.FromMilliseconds(milliseconds));
        }

        return log;
    }
}
