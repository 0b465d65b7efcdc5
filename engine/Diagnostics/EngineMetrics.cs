namespace Basalt.Engine.Diagnostics;

/// <summary>Counters of one open database. Written by many threads, read without a lock.</summary>
internal sealed class EngineMetrics
{
    private long _writes;
    private long _flushes;
    private long _flushBytes;
    private long _compactions;
    private long _compactionBytes;
    private long _stalls;
    private long _stallTicks;

    public long Writes => Volatile.Read(ref _writes);

    public long Flushes => Volatile.Read(ref _flushes);

    public long FlushBytes => Volatile.Read(ref _flushBytes);

    public long Compactions => Volatile.Read(ref _compactions);

    public long CompactionBytes => Volatile.Read(ref _compactionBytes);

    public long Stalls => Volatile.Read(ref _stalls);

    public TimeSpan StallTime => TimeSpan.FromTicks(Volatile.Read(ref _stallTicks));

    public void Written(int operations) => Interlocked.Add(ref _writes, operations);

    public void Flushed(long bytes)
    {
        Interlocked.Increment(ref _flushes);
        Interlocked.Add(ref _flushBytes, bytes);
    }

    public void Compacted(long bytes)
    {
        Interlocked.Increment(ref _compactions);
        Interlocked.Add(ref _compactionBytes, bytes);
    }

    public void Stalled(TimeSpan duration)
    {
        Interlocked.Increment(ref _stalls);
        Interlocked.Add(ref _stallTicks, duration.Ticks);
    }
}
