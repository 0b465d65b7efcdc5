namespace Basalt.Server.Objects;

/// <summary>
/// Lets only so many batch requests work at a time, because their bodies are the bulk of the memory that requests take, and counts
/// for <c>/v1/nodes</c>.
/// </summary>
internal sealed class BatchAdmission(int slots, TimeProvider timeProvider) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(slots);
    private readonly Lock _lock = new();
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
