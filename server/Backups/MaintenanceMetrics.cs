using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>The figures of scheduled collections of garbage.</summary>
internal sealed class MaintenanceMetrics
{
    private readonly Counter<long> _runs;
    private readonly Counter<long> _freed;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _pruned;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastGood = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;

    public MaintenanceMetrics(Meter meter, TimeProvider clock)
    {
        _clock = clock;
        _runs = meter.CreateCounter<long>("basalt_backup_gc_runs_total", description: "Scheduled collections of garbage by how they ended.");
        _freed = meter.CreateCounter<long>("basalt_backup_gc_freed_bytes_total", description: "Bytes that scheduled collections freed.");
        _failures = meter.CreateCounter<long>("basalt_backup_gc_failed_deletions_total", description: "Objects that scheduled collections could not delete.");
        _pruned = meter.CreateCounter<long>("basalt_backup_pruned_total", description: "Backups that the schedule deleted.");
        meter.CreateObservableGauge(
            "basalt_backup_gc_last_success_age_seconds",
            () => _lastGood.Select(good => new Measurement<double>((clock.GetUtcNow() - good.Value).TotalSeconds, Labels(good.Key))),
            description: "Age of the last scheduled collection of garbage that succeeded.");
    }

    /// <summary>A run came to its end.</summary>
    public void Ran(string backend, int pruned, GarbageCollectionReport report)
    {
        _pruned.Add(pruned, Labels(backend));
        _freed.Add(report.BytesFreed, Labels(backend));
        _failures.Add(report.Failures.Length, Labels(backend));
        if (report.Failures.IsEmpty)
        {
            _lastGood[backend] = _clock.GetUtcNow();
        }

        Count(backend, report.Failures.IsEmpty ? "SUCCESS" : "FAILED");
    }

    /// <summary>A run did not come to its end.</summary>
    public void Failed(string backend) => Count(backend, "FAILED");

    private void Count(string backend, string status) => _runs.Add(1, new TagList { { "backend_name", backend }, { "status", status } });

    private static KeyValuePair<string, object?> Labels(string backend) => new("backend_name", backend);
}
