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
/// <param name="writes">Counts what was written so far.</param>
/// <param name="clock">Measures work and pauses.</param>
/// <param name="rest">Blocks the thread for a while.</param>
internal sealed class StreamPacer(Func<long> writes, TimeProvider clock, Action<TimeSpan> rest)
{
    /// <summary>Rest for each piece of work: with it the longest of 20,000 puts a second beside a full backup took 9 ms in place of 22.</summary>
    public const double LeastRest = 10;

    /// <summary>The most that lateness raises it to.</summary>
    public const double MostRest = 40;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(2);

    private long _writes = writes();
    private long _resumed = clock.GetTimestamp();
    private TimeSpan _owed;
    private double _restPerWork = LeastRest;

    /// <summary>A pacer that rests by letting the thread sleep.</summary>
    public static StreamPacer Create(Func<long> writes) => new(writes, TimeProvider.System, Thread.Sleep);

    /// <summary>Called after a piece of work; blocks for as long as the stream should rest.</summary>
    public void Pause()
    {
        TimeSpan worked = clock.GetElapsedTime(_resumed);
        long written = writes();
        bool isAlone = written == _writes;
        _writes = written;
        _owed = isAlone ? TimeSpan.Zero : _owed + (worked * _restPerWork);
        if (_owed >= ShortestPause)
        {
            TimeSpan pause = _owed < LongestPause ? _owed : LongestPause;
            _owed = TimeSpan.Zero;
            Rest(pause);
        }

        _resumed = clock.GetTimestamp();
    }

    private void Rest(TimeSpan pause)
    {
        long began = clock.GetTimestamp();
        rest(pause);
        bool isLate = clock.GetElapsedTime(began) - pause > Late;
        _restPerWork = isLate ? Math.Min(_restPerWork * 2, MostRest) : Math.Max(_restPerWork * 0.9, LeastRest);
    }
}
