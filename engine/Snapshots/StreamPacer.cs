using System.Diagnostics;
using Basalt.Engine.Diagnostics;

namespace Basalt.Engine.Snapshots;

/// <summary>
/// Lets one stream of a snapshot give way to writers: at full speed while nobody writes, otherwise resting a multiple of the time that it
/// worked. The multiple grows when the machine has no time to spare.
/// </summary>
/// <remarks>
/// What it goes by is how late its own pauses end. Streams are read by threads of low priority, which are the first to feel a lack of
/// processor time, so nothing has to be measured on the write path. A fixed rate was rejected: what is harmless on one machine stalls
/// another; and so was the latency of commits: in the moment of a stall no commit ends, and a stall between two commits is not seen.
/// </remarks>
internal sealed class StreamPacer(EngineMetrics metrics)
{
    private const double LeastRest = 10;
    private const double MostRest = 40;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(2);

    private long _writes = metrics.Writes;
    private long _resumed = Stopwatch.GetTimestamp();
    private TimeSpan _owed;
    private double _rest = LeastRest;

    /// <summary>Called after a piece of work; blocks for as long as the stream should rest.</summary>
    public void Pause()
    {
        TimeSpan worked = Stopwatch.GetElapsedTime(_resumed);
        long writes = metrics.Writes;
        bool isAlone = writes == _writes;
        _writes = writes;
        _owed = isAlone ? TimeSpan.Zero : _owed + (worked * _rest);
        if (_owed >= ShortestPause)
        {
            TimeSpan pause = _owed < LongestPause ? _owed : LongestPause;
            _owed = TimeSpan.Zero;
            Rest(pause);
        }

        _resumed = Stopwatch.GetTimestamp();
    }

    private void Rest(TimeSpan pause)
    {
        long began = Stopwatch.GetTimestamp();
        Thread.Sleep(pause);
        bool isLate = Stopwatch.GetElapsedTime(began) - pause > Late;
        _rest = isLate ? Math.Min(_rest * 2, MostRest) : Math.Max(_rest * 0.9, LeastRest);
    }
}
