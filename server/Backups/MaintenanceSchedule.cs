using Basalt.Backup;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Backups;

/// <summary>
/// Tends one repository again and again: deletes the backups that the policy does not keep, then collects garbage. The pauses vary, so
/// that servers which share a repository do not all do it at once.
/// </summary>
internal sealed class MaintenanceSchedule : IAsyncDisposable
{
    /// <summary>A pause is longer than the interval by up to this part of it.</summary>
    private const double Jitter = 0.1;

    private readonly BackupStore _store;
    private readonly BackupSettings _settings;
    private readonly MaintenanceMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="store">The repository.</param>
    /// <param name="settings">When, and what is kept.</param>
    /// <param name="metrics">Told of each run.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Numbers from 0 to 1.</param>
    /// <param name="logger">The log.</param>
    public MaintenanceSchedule(
        BackupStore store, BackupSettings settings, MaintenanceMetrics metrics, TimeProvider clock, Func<double> random, ILogger logger)
    {
        _store = store;
        _settings = settings;
        _metrics = metrics;
        _clock = clock;
        _random = random;
        _logger = logger;
        _running = RunAsync();
    }

    /// <summary>Stops; a run in progress stops before its next deletion.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            // Anywhere in the first interval: a server that is restarted every day still comes to it.
            TimeSpan pause = _settings.CollectionInterval * _random();
            while (true)
            {
                await Task.Delay(pause, _clock, _stopping.Token);
                await RunOnceAsync();
                pause = _settings.CollectionInterval * (1 + (Jitter * _random()));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task RunOnceAsync()
    {
        long started = _clock.GetTimestamp();
        try
        {
            int deleted = _settings.Retention is { } policy ? await PruneAsync(policy) : 0;
            GarbageCollectionReport report = await _store.CollectGarbageAsync(_settings.Collection, _stopping.Token);
            foreach (string failure in report.Failures)
            {
                ServerLog.NotDeleted(_logger, _store.Name, failure);
            }

            _metrics.Ran(_store.Name, deleted, report);
            ServerLog.RepositoryTended(_logger, _store.Name, deleted, report.Deleted, report.BytesFreed, _clock.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever it was, the next run may succeed; until then the metric and the log tell.
            _metrics.Failed(_store.Name);
            ServerLog.RepositoryNotTended(_logger, _store.Name, failure);
        }
    }

    private async Task<int> PruneAsync(RetentionPolicy policy)
    {
        IReadOnlyList<RetentionDecision> decisions = await _store.PruneAsync(policy, isDryRun: false, _stopping.Token);
        foreach (RetentionDecision decision in decisions.Where(decision => !decision.IsKept))
        {
            ServerLog.BackupPruned(_logger, _store.Name, decision.Backup.Id, decision.Reason);
        }

        return decisions.Count(decision => !decision.IsKept);
    }
}
