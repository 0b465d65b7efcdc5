namespace Basalt.Server.Objects;

/// <summary>
/// Lets only so many batch requests work at a time, because their bodies are the bulk of the memory that requests take, and counts
/// for <c>/v1/nodes</c>. Bodies that still arrive share a memory of their own.
/// </summary>
internal sealed class BatchAdmission(int slots, TimeProvider timeProvider, long arrivingBytes = BatchAdmission.DefaultArrivingBytes) : IDisposable
{
    private const long DefaultArrivingBytes = 64L << 20;

    // Objects of this size are as many as there are connections, and are not to wait for batches.
    private const long SmallObjectBytes = 64 << 10;

    private readonly SemaphoreSlim _slots = new(slots);
    private readonly Lock _lock = new();
    private long _arriving;
    private long _second;
    private long _current;
    private long _previous;
    private int _waiting;

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Objects written in the last full second.</summary>
    public long RatePerSecond
    {
        get
        {
            lock (_lock)
            {
                Advance();
                return _previous;
            }
        }
    }

    /// <summary>What a batch takes.</summary>
    public BatchTurn ForBatch() => new(this, freeBytes: 0);

    /// <summary>What the write of one object takes: nothing if it is small.</summary>
    public BatchTurn ForObject() => new(this, SmallObjectBytes);

    /// <summary>Takes memory for a body that arrives; false if there is none left. <see cref="Release"/> gives it back.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _arriving, bytes) <= arrivingBytes)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Gives memory back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _arriving, -bytes);

    /// <summary>Waits for a turn; <see cref="Leave"/> ends it.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Ends a turn.</summary>
    public void Leave() => _slots.Release();

    /// <summary>Objects were written.</summary>
    public void AddObjects(int count)
    {
        lock (_lock)
        {
            Advance();
            _current += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private void Advance()
    {
        long now = timeProvider.GetTimestamp() / timeProvider.TimestampFrequency;
        if (now != _second)
        {
            _previous = now == _second + 1 ? _current : 0;
            _current = 0;
            _second = now;
        }
    }
}
