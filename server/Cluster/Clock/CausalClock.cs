using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Cluster.Clock;

/// <summary>
/// The hybrid logical clock of a node, and the gate in it: armed for an instant, it lets nothing pass that instant before the cut is made.
/// </summary>
/// <remarks>
/// <para>Why cuts at one instant T are causally consistent, whatever the clocks of the machines say: let write B on node 2 follow from write A on
/// node 1, so that B's request carried a clock of at least that of A's answer. If A is not in node 1's cut, it was committed after that cut,
/// which happened at a clock of T or later; so B's request carried more than T, and node 2 let it in only after its own cut, or refuses
/// to be armed for T because its clock was past it already. In both cases no cut at T has B without A.</para>
/// <para>Invariants: (1) the clock only goes forward; (2) from the moment before the cut it shows the instant of the cut or a later one; (3) while armed and not
/// cut, nothing is let in at that instant or later. Time itself may pass the instant before the timer of the cut fires: what was let in before and
/// is acknowledged then is in the cut, which is to come.</para>
/// </remarks>
/// <param name="timeProvider">The time.</param>
/// <param name="start">Where the clock of the last run may have been.</param>
/// <param name="reserve">Stores an instant that the clock is not going to pass before it is called again.</param>
internal sealed class CausalClock(TimeProvider timeProvider, HybridTime start = default, Action<HybridTime>? reserve = null) : ICutClock, IDisposable
{
    /// <summary>
    /// The most that an instant from elsewhere may be ahead. A client could otherwise push all clocks so far that no cut can be agreed in.
    /// </summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ClockReservation? _reservation = reserve is null ? null : new ClockReservation(start, reserve);
    // Later than the others believe it can be no other node has seen. A clock that was set far ahead for a moment would otherwise keep the node out for as long.
    private HybridTime _last = start.Value > Farthest(timeProvider).Value ? Farthest(timeProvider) : start;
    private ArmedCut? _armed;

    /// <summary>The clock now, later than all that it has shown or was shown.</summary>
    public HybridTime Now()
    {
        lock (_lock)
        {
            return Advance(default);
        }
    }

    /// <inheritdoc/>
    long ICutClock.Now => (long)Now().Value;

    /// <inheritdoc/>
    IArmedCut? ICutClock.Arm(long instant, Func<Task> cut) => Arm(new HybridTime((ulong)instant), cut);

    /// <summary>Lets in what comes with an instant of another clock; waits while a cut has to be made first.</summary>
    /// <param name="seen">That instant; null for none.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>Whether the instant can be true: it is not ahead of this machine's time by more than <see cref="MostAhead"/>.</returns>
    public async ValueTask<bool> EnterAsync(HybridTime? seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task cut;
            lock (_lock)
            {
                if (seen is { } far && far > Farthest(timeProvider))
                {
                    return false;
                }

                HybridTime next = HybridTime.Max(Physical(), HybridTime.Max(_last, seen ?? default));
                if (_armed is not { IsCut: false } armed || next < armed.Instant)
                {
                    Advance(seen ?? default);
                    return true;
                }

                cut = armed.Begin();
            }

            await cut.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Arms the clock.</summary>
    /// <param name="instant">The instant to cut at.</param>
    /// <param name="cut">Makes the cut, off the caller's thread; called once, when the clock reaches the instant.</param>
    /// <returns>The cut to come; null if the clock is past the instant, so that it is too late.</returns>
    public ArmedCut? Arm(HybridTime instant, Func<Task> cut)
    {
        lock (_lock)
        {
            if (HybridTime.Max(Physical(), _last) >= instant)
            {
                return null;
            }

            _armed = new ArmedCut(this, instant, cut, timeProvider);
            return _armed;
        }
    }

    /// <summary>Gives up a cut that was armed and not begun, and waits until nothing is being stored.</summary>
    public void Dispose()
    {
        ArmedCut? armed;
        lock (_lock)
        {
            armed = _armed;
            _reservation?.Complete();
        }

        armed?.Dispose();
    }

    /// <summary>The cut is about to be made: from here on the clock shows the instant and later ones only.</summary>
    internal void Reach(HybridTime instant)
    {
        lock (_lock)
        {
            _last = HybridTime.Max(_last, instant);
            _reservation?.Cover(_last);
        }
    }

    /// <summary>The cut was made or given up: the gate opens.</summary>
    internal void Disarm(ArmedCut cut)
    {
        lock (_lock)
        {
            if (_armed == cut)
            {
                _armed = null;
            }
        }
    }

    private static HybridTime Farthest(TimeProvider timeProvider) => HybridTime.At(timeProvider.GetUtcNow().ToUnixTimeMilliseconds()).After(MostAhead);

    private HybridTime Physical() => HybridTime.At(timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Requires: lock held.</summary>
    private HybridTime Advance(HybridTime seen)
    {
        _last = HybridTime.Max(HybridTime.Max(Physical(), seen), _last.Next);
        _reservation?.Cover(_last);
        return _last;
    }
}
