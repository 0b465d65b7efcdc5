using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Tests.Snapshots;

public sealed class StreamPacerTests
{
    private readonly SteppedClock _clock = new();
    private readonly List<TimeSpan> _rests = [];
    private TimeSpan _lateness;
    private long _writes;

    [Fact]
    public void Pause_WhenNobodyWrites_ThenTheStreamGoesOnAtOnce()
    {
        StreamPacer pacer = Create();

        Work(pacer, TimeSpan.FromMilliseconds(2), pieces: 5);

        Assert.Empty(_rests);
    }

    [Fact]
    public void Pause_WhenSomebodyWrites_ThenTheStreamRestsAMultipleOfItsWork()
    {
        StreamPacer pacer = Create();

        Write();
        Work(pacer, TimeSpan.FromMilliseconds(2), pieces: 1);

        Assert.Equal([TimeSpan.FromMilliseconds(2) * StreamPacer.LeastRest], _rests);
    }

    [Fact]
    public void Pause_WhenPausesEndLate_ThenTheyGrowUpToALimitAndShrinkAgain()
    {
        StreamPacer pacer = Create();
        TimeSpan work = TimeSpan.FromMilliseconds(0.5);

        _lateness = TimeSpan.FromMilliseconds(5);
        WriteAndWork(pacer, work, pieces: 4);
        _lateness = TimeSpan.Zero;
        WriteAndWork(pacer, work, pieces: 40);

        Assert.Equal(work * StreamPacer.LeastRest, _rests[0]);
        Assert.Equal(work * StreamPacer.LeastRest * 2, _rests[1]);
        Assert.Equal(work * StreamPacer.MostRest, _rests[3]);
        Assert.Equal(work * StreamPacer.LeastRest, _rests[^1]);
    }

    [Fact]
    public void Pause_WhenOnePieceOfWorkWasLong_ThenTheRestHasALimit()
    {
        StreamPacer pacer = Create();

        WriteAndWork(pacer, TimeSpan.FromSeconds(10), pieces: 1);

        Assert.Equal([TimeSpan.FromMilliseconds(50)], _rests);
    }

    private StreamPacer Create() => new(() => _writes, _clock, pause =>
    {
        _rests.Add(pause);
        _clock.Step(pause + _lateness);
    });

    private void Write() => _writes++;

    private void WriteAndWork(StreamPacer pacer, TimeSpan work, int pieces)
    {
        for (int i = 0; i < pieces; i++)
        {
            Write();
            Work(pacer, work, pieces: 1);
        }
    }

    private void Work(StreamPacer pacer, TimeSpan work, int pieces)
    {
        for (int i = 0; i < pieces; i++)
        {
            _clock.Step(work);
            pacer.Pause();
        }
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan duration) => _ticks += duration.Ticks;
    }
}
