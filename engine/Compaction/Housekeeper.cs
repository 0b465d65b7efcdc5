using Basalt.Engine.Commit;
using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Small work off the write path: gets the next memtable and log ready, ends lapsed leases. Nothing here may take long: writers wait for it.
/// </summary>
internal sealed class Housekeeper : IDisposable
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    private readonly DatabaseCore _core;
    private readonly IBackgroundWorker _worker;
    private readonly Action _spaceSought;
    private readonly ITimer _timer;
    private bool _isWarm;

    /// <param name="core">The database.</param>
    /// <param name="spaceSought">Asks for another look at what a full disk holds up. Must return at once.</param>
    public Housekeeper(DatabaseCore core, Action spaceSought)
    {
        _core = core;
        _spaceSought = spaceSought;
        _worker = core.Options.BackgroundExecutor.Start("basalt-housekeeping", Step, exception => core.Fail("Housekeeping", exception));
        _timer = core.Options.TimeProvider.CreateTimer(_ => Beat(), null, BeatInterval, BeatInterval);
    }

    public void Signal() => _worker.Signal();

    public void Dispose()
    {
        _timer.Dispose();
        _worker.Dispose();
    }

    private bool Step(CancellationToken cancellationToken)
    {
        if (!_isWarm)
        {
            // Once, and before the first writes rather than in them; what follows is not needed before the first memtable is full.
            _core.Pipeline.PopulateActive();
            CutPath.Compile();
            _isWarm = true;
        }

        // Before anything slow: writers may be waiting for it.
        try
        {
            if (_core.Space.IsWorthATry(SpaceNeed.NextLog))
            {
                _core.Pipeline.PrepareNext(_core.Versions.NewFileNumber);
            }

            EndLapsedLeases();
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // The next beat tries again.
        }

        return false;
    }

    private void Beat()
    {
        _worker.Signal();
        if (_core.Space.IsAny)
        {
            _spaceSought();
        }
    }

    private void EndLapsedLeases()
    {
        DateTimeOffset now = _core.Options.TimeProvider.GetUtcNow();
        if (!_core.Versions.HasExpiredLeases(now))
        {
            return;
        }

        foreach (Lease lease in _core.Versions.ReleaseExpiredLeases(now))
        {
            _core.Options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.LeaseExpired, $"The lease {lease.Grant.Id} of '{lease.Grant.Owner}' lapsed at {lease.ExpiresAt:O}."));
        }
    }
}
