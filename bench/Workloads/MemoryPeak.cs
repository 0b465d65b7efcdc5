namespace Basalt.Bench.Workloads;

/// <summary>Watches by how much the process's memory grows; looks every two milliseconds.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private readonly long _start = ProcessCounters.AnonymousBytes();
    private readonly Thread _watcher;
    private long _peak;
    private volatile bool _stopped;

    public MemoryPeak()
    {
        _peak = _start;
        _watcher = new Thread(Watch);
        _watcher.Start();
    }

    /// <summary>The most that was in use at a time, less what was in use at the start.</summary>
    public long Growth
    {
        get
        {
            Dispose();
            return _peak - _start;
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _watcher.Join();
    }

    private void Watch()
    {
        while (!_stopped)
        {
            _peak = Math.Max(_peak, ProcessCounters.AnonymousBytes());
            Thread.Sleep(2);
        }
    }
}
