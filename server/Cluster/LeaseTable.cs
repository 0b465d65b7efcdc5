namespace Basalt.Server.Cluster;

/// <summary>The leases of a store in memory. Not safe for several threads.</summary>
internal sealed class LeaseTable(TimeProvider clock) : IDisposable
{
    private readonly Dictionary<long, Lease> _leases = [];
    private long _lastId;

    /// <summary>Adds a lease.</summary>
    /// <param name="timeToLive">How long it lives.</param>
    /// <param name="onExpired">Called on a timer's thread when it may have expired.</param>
    public LeaseGrant Grant(TimeSpan timeToLive, Action onExpired)
    {
        long id = ++_lastId;
        ITimer timer = clock.CreateTimer(_ => onExpired(), null, timeToLive, Timeout.InfiniteTimeSpan);
        _leases[id] = new Lease(timeToLive, timer) { RenewedAt = clock.GetTimestamp() };
        return new LeaseGrant(id, timeToLive);
    }

    /// <summary>Gives a lease its whole time again.</summary>
    /// <exception cref="ClusterLeaseLostException">There is no such lease.</exception>
    public TimeSpan Renew(long id)
    {
        Lease lease = Require(id);
        lease.RenewedAt = clock.GetTimestamp();
        lease.Timer.Change(lease.TimeToLive, Timeout.InfiniteTimeSpan);
        return lease.TimeToLive;
    }

    /// <summary>A lease that must be there.</summary>
    /// <exception cref="ClusterLeaseLostException">There is no such lease.</exception>
    public Lease Require(long id) =>
        _leases.GetValueOrDefault(id) ?? throw new ClusterLeaseLostException($"Lease {id:x} has expired or was revoked.");

    /// <summary>Removes a lease.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long id)
    {
        bool isThere = _leases.Remove(id, out Lease? lease);
        lease?.Timer.Dispose();
        return isThere;
    }

    /// <summary>Removes the leases whose time is over, and names them.</summary>
    public long[] TakeExpired()
    {
        long[] expired = [.. _leases.Where(pair => clock.GetElapsedTime(pair.Value.RenewedAt) >= pair.Value.TimeToLive).Select(pair => pair.Key).Order()];
        foreach (long id in expired)
        {
            Remove(id);
        }

        return expired;
    }

    /// <summary>Sets the timers of the leases that are there anew: one may fire a little before its time by the clock that counts here.</summary>
    public void ResetTimers()
    {
        foreach (Lease lease in _leases.Values)
        {
            TimeSpan remaining = lease.TimeToLive - clock.GetElapsedTime(lease.RenewedAt);
            lease.Timer.Change(remaining > TimeSpan.Zero ? remaining + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lease lease in _leases.Values)
        {
            lease.Timer.Dispose();
        }
    }

    /// <summary>A lease.</summary>
    internal sealed record Lease(TimeSpan TimeToLive, ITimer Timer)
    {
        /// <summary>When its time began to run.</summary>
        public long RenewedAt { get; set; }
    }
}
