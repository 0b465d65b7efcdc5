using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>The figures of backups and restores under Weaviate's names, and some more. Operations are not told apart by class.</summary>
internal sealed class BackupMetrics
{
    private readonly Histogram<double> _storeTime;
    private readonly Counter<long> _storedBytes;
    private readonly Histogram<double> _restoreTime;
    private readonly Counter<long> _restoredBytes;
    private readonly Counter<long> _operations;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastGood = new(StringComparer.Ordinal);

    public BackupMetrics(Meter meter, TimeProvider clock)
    {
        _storeTime = meter.CreateHistogram<double>("backup_store_to_backend_ms", description: "Time that backups took.");
        _storedBytes = meter.CreateCounter<long>("backup_store_data_transferred", description: "Bytes that backups sent.");
        _restoreTime = meter.CreateHistogram<double>("backup_restore_ms", description: "Time that restores took.");
        _restoredBytes = meter.CreateCounter<long>("backup_restore_data_transferred", description: "Bytes that restores fetched.");
        _operations = meter.CreateCounter<long>("basalt_backup_operations_total", description: "Backups and restores by how they ended.");
        meter.CreateObservableGauge(
            "basalt_backup_last_success_age_seconds",
            () => _lastGood.Select(good => new Measurement<double>(
                (clock.GetUtcNow() - good.Value).TotalSeconds, new KeyValuePair<string, object?>("backend_name", good.Key))),
            description: "Age of the last good backup of this run of the server.");
    }

    /// <summary>A backup was made.</summary>
    public void BackedUp(string backend, BackupProgress progress)
    {
        DateTimeOffset completed = progress.CompletedAt ?? progress.StartedAt;
        _storeTime.Record((completed - progress.StartedAt).TotalMilliseconds, Labels(backend));
        _storedBytes.Add(progress.BytesDone - progress.BytesReused, Labels(backend));
        _lastGood[backend] = completed;
        Count(backend, "create", BackupState.Success);
    }

    /// <summary>A backup was not made.</summary>
    public void NotBackedUp(string backend, BackupError error)
    {
        if (error != BackupError.Halted)
        {
            Count(backend, "create", error == BackupError.Canceled ? BackupState.Canceled : BackupState.Failed);
        }
    }

    /// <summary>A restore ended.</summary>
    public void RestoreEnded(string backend, RestoreRecord end, BackupProgress? progress)
    {
        if (end is { State: BackupState.Success, CompletedAt: { } completed })
        {
            _restoreTime.Record((completed - end.StartedAt).TotalMilliseconds, Labels(backend));
            _restoredBytes.Add(progress?.BytesDone ?? 0, Labels(backend));
        }

        Count(backend, "restore", end.State);
    }

    private void Count(string backend, string operation, BackupState state) =>
        _operations.Add(1, new TagList { { "backend_name", backend }, { "operation", operation }, { "status", BackupStatus.Of(state) } });

    private static TagList Labels(string backend) => new() { { "backend_name", backend }, { "class_name", "n/a" } };
}
