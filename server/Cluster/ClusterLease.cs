namespace Basalt.Server.Cluster;

/// <summary>
/// A lease that renews itself, and is lost here before the store may give away what it protects: its time counts from when the last
/// successful renewal was sent, not from when it was answered, and ends <see cref="MarginPart"/> of it early. Once lost it stays lost.
/// </summary>
/// <remarks>
/// Invariants: (1) <see cref="IsLost"/> compares clocks, so that a process that was paused sees the loss at its first look, before any timer
/// fires; (2) an answer that arrives after the deadline does not bring the lease back.
/// </remarks>
internal sealed class ClusterLease : IAsyncDisposable
{
    /// <summary>The part of the time to live (one of so many) that is given up, for clocks that run at different speeds.</summary>
    public const int MarginPart = 10;

    private readonly IClusterStore _store;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _deadline;
    private readonly Lock _lock = new();
    private Task _renewal = Task.CompletedTask;
    private FencingClock _sent;
    private TimeSpan _timeToLive;
    private bool _isLost;
    private bool _isDisposed;

    private ClusterLease(IClusterStore store, TimeProvider clock, FencingClock sent, LeaseGrant grant)
    {
        _store = store;
        _clock = clock;
        _sent = sent;
        _timeToLive = grant.TimeToLive;
        Id = grant.Id;
        Lost = _lost.Token;
        _deadline = clock.CreateTimer(_ => OnDeadline(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _deadline.Change(Remaining, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The number to put keys with.</summary>
    public long Id { get; }

    /// <summary>Cancelled when the lease is lost. Check <see cref="IsLost"/> as well before what cannot be undone: a timer can be late.</summary>
    public CancellationToken Lost { get; }

    /// <summary>How long the lease may still be relied on; never negative.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                TimeSpan remaining = _timeToLive - (_timeToLive / MarginPart) - _sent.Elapsed;
                return _isLost || remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining;
            }
        }
    }

    /// <summary>Whether the lease may no longer be relied on.</summary>
    public bool IsLost
    {
        get
        {
            if (Remaining > TimeSpan.Zero)
            {
                return false;
            }

            Lose();
            return true;
        }
    }

    /// <summary>Takes a new lease and begins to renew it.</summary>
    /// <exception cref="ClusterException">There was none to have.</exception>
    public static async Task<ClusterLease> AcquireAsync(
        IClusterStore store, TimeSpan timeToLive, TimeProvider clock, CancellationToken cancellationToken)
    {
        FencingClock sent = FencingClock.Start(clock);
        LeaseGrant grant = await store.GrantLeaseAsync(timeToLive, cancellationToken);
        var lease = new ClusterLease(store, clock, sent, grant);
        lease._renewal = lease.RenewAsync();
        return lease;
    }

    /// <summary>Throws if the lease may no longer be relied on.</summary>
    /// <exception cref="ClusterLeaseLostException">It is lost.</exception>
    public void ThrowIfLost()
    {
        if (IsLost)
        {
            throw new ClusterLeaseLostException($"Lease {Id:x} was not renewed in time; what it protected may belong to another.");
        }
    }

    /// <summary>Ends the lease. If the store cannot be reached it ends by itself, a time to live later.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _stopped.CancelAsync();
        await _renewal;
        Lose();
        try
        {
            using var patience = new CancellationTokenSource(_timeToLive, _clock);
            await _store.RevokeLeaseAsync(Id, patience.Token);
        }
        catch (Exception failure) when (failure is ClusterException or OperationCanceledException)
        {
            // Nothing is lost by it: an unrevoked lease only expires later.
        }

        await _deadline.DisposeAsync();
        _lost.Dispose();
        _stopped.Dispose();
    }

    private async Task RenewAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token, Lost);
        try
        {
            while (true)
            {
                await Task.Delay(_timeToLive / 3, _clock, ended.Token);
                while (!await TryRenewAsync(ended.Token))
                {
                    await Task.Delay(_timeToLive / 20, _clock, ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Disposed or lost: either way there is nothing to renew.
        }
        catch (ClusterException)
        {
            // For good: the lease is not there, or this client may not renew it. Who holds it hears of that by its loss.
            Lose();
        }
    }

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        FencingClock sent = FencingClock.Start(_clock);
        TimeSpan timeToLive;
        try
        {
            timeToLive = await _store.KeepLeaseAliveAsync(Id, cancellationToken);
        }
        catch (ClusterUnavailableException)
        {
            return false;
        }

        if (IsLost)
        {
            throw new ClusterLeaseLostException($"Lease {Id:x} was renewed too late.");
        }

        lock (_lock)
        {
            _sent = sent;
            _timeToLive = timeToLive;
        }

        _deadline.Change(Remaining, Timeout.InfiniteTimeSpan);
        return true;
    }

    // A timer may fire a little before its time by the clock that counts here.
    private void OnDeadline()
    {
        if (!IsLost)
        {
            _deadline.Change(Remaining + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void Lose()
    {
        lock (_lock)
        {
            if (_isLost)
            {
                return;
            }

            _isLost = true;
        }

        _lost.Cancel();
    }
}
