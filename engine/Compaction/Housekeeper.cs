using Basalt.Engine.Commit;
using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Small work off the write path: gets the next memtable and log ready, ends lapsed leases. Nothing here may take long: writers wait for it.
/// </summary>
internal sealed class Housekeeper : IDisposable
{
    private static readonly TimeSpan LeaseCheckInterval = TimeSpan.FromSeconds(1);

    private readonly DatabaseCore _core;
    private readonly IBackgroundWorker _worker;
    private readonly ITimer _leaseTimer;
    private bool _isWarm;

    public Housekeeper(DatabaseCore core)
    {
        _core = core;
        _worker = core.Options.BackgroundExecutor.Start("basalt-housekeeping", Step, exception => core.Fail("Housekeeping", exception));
        _leaseTimer = core.Options.TimeProvider.CreateTimer(_ => _worker.Signal(), null, LeaseCheckInterval, LeaseCheckInterval);
    }

    public void Signal() => _worker.Signal();

    public void Dispose()
    {
        _leaseTimer.Dispose();
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
        _core.Pipeline.PrepareNext(_core.Versions.NewFileNumber);
        EndLapsedLeases();
        return false;
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
