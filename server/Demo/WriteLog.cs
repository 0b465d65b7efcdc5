namespace Basalt.Server.Demo;

/// <summary>What a single writer has sent, in order, and how long each write took. Thread-safe.</summary>
internal sealed class WriteLog
{
    private readonly Lock _lock = new();
    private readonly List<LoggedWrite> _writes = [];
    private readonly List<TimeSpan> _durations = [];

    /// <summary>Writes begun.</summary>
    public int Started
    {
        get
        {
            lock (_lock)
            {
                return _writes.Count;
            }
        }
    }

    /// <summary>Writes acknowledged: all begun, or all but the last.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _durations.Count;
            }
        }
    }

    /// <summary>Notes a write that is about to be sent.</summary>
    public void Begin(LoggedWrite write)
    {
        lock (_lock)
        {
            _writes.Add(write);
        }
    }

    /// <summary>Notes that the last write begun is acknowledged.</summary>
    public void Acknowledge(TimeSpan duration)
    {
        lock (_lock)
        {
            _durations.Add(duration);
        }
    }

    /// <summary>The writes so far.</summary>
    public LoggedWrite[] ToArray()
    {
        lock (_lock)
        {
            return [.. _writes];
        }
    }

    /// <summary>The latency of the acknowledged writes inside a window.</summary>
    public LatencySummary Latency(CutWindow window)
    {
        lock (_lock)
        {
            return LatencySummary.Of(_durations[window.Acknowledged..Math.Min(window.Started, _durations.Count)]);
        }
    }
}
