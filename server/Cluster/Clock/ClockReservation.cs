namespace Basalt.Server.Cluster.Clock;

/// <summary>
/// Keeps an instant stored that the clock has not passed, well before the clock comes to it, so that nobody who asks for the time waits for a disk. Not
/// thread-safe.
/// </summary>
/// <param name="start">What is stored.</param>
/// <param name="store">Stores an instant, durably.</param>
internal sealed class ClockReservation(HybridTime start, Action<HybridTime> store)
{
    // What a start may be ahead of the time. A cut after it waits for so long at most.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    private HybridTime _bound = start;
    private Task<HybridTime>? _next;

    /// <summary>Sees to it that an instant that is stored is later than one that the clock is about to show.</summary>
    public void Cover(HybridTime instant)
    {
        // One at a time, or an earlier bound could be stored last.
        if (_next is { } next && (next.IsCompleted || instant >= _bound))
        {
            _next = null;
            _bound = next.GetAwaiter().GetResult();
        }

        if (instant >= _bound)
        {
            HybridTime bound = instant.After(Length);
            store(bound);
            _bound = bound;
        }
        else if (_next is null && instant.After(Length / 2) >= _bound)
        {
            HybridTime bound = _bound.After(Length / 2);
            _next = Task.Run(() =>
            {
                store(bound);
                return bound;
            });
        }
    }

    /// <summary>Waits for what is being stored. Whether it succeeds does not matter: what was stored before it is late enough.</summary>
    public void Complete()
    {
        if (_next is { } next)
        {
            Task.WhenAny(next).GetAwaiter().GetResult();
        }
    }
}
