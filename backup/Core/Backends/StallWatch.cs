namespace Basalt.Backup.Backends;

/// <summary>Cancels a call of a store in which nothing has moved for some time. What the store does not do, such as reading the source, is rest.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _cancellation;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _movedAt;
    private bool _isResting;
    private bool _isDisposed;

    public StallWatch(TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        _patience = patience;
        _clock = clock;
        _movedAt = clock.GetTimestamp();
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = clock.CreateTimer(watch => ((StallWatch)watch!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>For the call: canceled by its caller or by this.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether the call was canceled by this.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>It is the store's turn, and something has moved.</summary>
    public void Move()
    {
        lock (_lock)
        {
            _movedAt = _clock.GetTimestamp();
            _isResting = false;
        }
    }

    /// <summary>It is someone else's turn, until <see cref="Move"/>.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            _isResting = true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        _timer.Dispose();
        _cancellation.Dispose();
    }

    private void Check()
    {
        lock (_lock)
        {
            if (_isDisposed || HasStalled)
            {
                return;
            }

            TimeSpan left = _isResting ? _patience : _patience - _clock.GetElapsedTime(_movedAt);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            HasStalled = true;

            // On another thread: what the token cancels may end up in Dispose, which waits for this lock.
            _ = _cancellation.CancelAsync();
        }
    }
}
