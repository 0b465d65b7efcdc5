using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>The figures of backups and restores under Weaviate's names, and some more. Operations are of all their classes at once.</summary>
internal sealed class BackupMetrics
{
    private readonly Histogram<double> _storeTime;
    private readonly Counter<long> _storedBytes;
    private readonly Histogram<double> _restoreTime;
    private readonly Histogram<double> _restoreClassTime;
    private readonly Histogram<double> _restoreInitTime;
    private readonly Histogram<double> _restoreFetchTime;
    private readonly Histogram<double> _restorePhaseTime;
    private readonly Histogram<double> _pauses;
    private readonly Counter<long> _restoredBytes;
    private readonly Counter<long> _operations;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastGood = new(StringComparer.Ordinal);

    public BackupMetrics(Meter meter, TimeProvider clock)
    {
        _storeTime = meter.CreateHistogram<double>("backup_store_to_backend_ms", description: "Time that backups took.");
        _storedBytes = meter.CreateCounter<long>("backup_store_data_transferred", description: "Bytes that backups sent.");
        _restoreTime = meter.CreateHistogram<double>("backup_restore_ms", description: "Time that restores took.");
        _restoreClassTime = meter.CreateHistogram<double>(
            "backup_restore_class_ms", description: "Time until a class was restored: that of the whole restore, which brings all classes at once.");
        _restoreInitTime = meter.CreateHistogram<double>("backup_restore_init_ms", description: "Time that restores took before the transfer.");
        _restoreFetchTime = meter.CreateHistogram<double>("backup_restore_from_backend_ms", description: "Time that the transfers of restores took.");
        _restorePhaseTime = meter.CreateHistogram<double>("weaviate_restore_phase_duration_seconds", description: "Time of the phases of restores.");
        _pauses = meter.CreateHistogram<double>("bucket_pause_durations_ms", description: "Time that writers waited at the cuts of backups.");
        _restoredBytes = meter.CreateCounter<long>("backup_restore_data_transferred", description: "Bytes that restores fetched.");
        _operations = meter.CreateCounter<long>("basalt_backup_operations_total", description: "Backups and restores by how they ended.");
        meter.CreateObservableGauge(
            "basalt_backup_last_success_age_seconds",
            () => _lastGood.Select(good => new Measurement<double>(
                (clock.GetUtcNow() - good.Value).TotalSeconds, new KeyValuePair<string, object?>("backend_name", good.Key))),
            description: "Age of the last good backup.");
    }

    /// <summary>A backup was made.</summary>
    public void BackedUp(string backend, BackupProgress progress)
    {
        DateTimeOffset completed = progress.CompletedAt ?? progress.StartedAt;
        _storeTime.Record((completed - progress.StartedAt).TotalMilliseconds, Labels(backend));
        if (progress.CutPause is { } pause)
        {
            // One cut for all.
            _pauses.Record(pause.TotalMilliseconds, new KeyValuePair<string, object?>("bucket_dir", "n/a"));
        }

        _storedBytes.Add(progress.BytesDone - progress.BytesReused, Labels(backend));
        NoteGood(backend, completed);
        Count(backend, "create", BackupState.Success);
    }

    /// <summary>Backups of earlier runs of the server were found.</summary>
    public void Found(string backend, IEnumerable<BackupSummary> backups)
    {
        foreach (BackupSummary good in backups.Where(backup => backup.State == BackupState.Success))
        {
            NoteGood(backend, good.CompletedAt ?? good.StartedAt);
        }
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
    public void RestoreEnded(string backend, RestoreRecord end, BackupJob job)
    {
        if (end is { State: BackupState.Success, CompletedAt: { } completed })
        {
            BackupProgress progress = job.Progress;
            TimeSpan whole = completed - end.StartedAt;
            _restoreTime.Record(whole.TotalMilliseconds, Labels(backend));
            foreach (string className in job.Collections)
            {
                _restoreClassTime.Record(whole.TotalMilliseconds, Labels(backend, className));
            }

            _restoreInitTime.Record(progress.PreparationTime.TotalMilliseconds, Labels(backend));
            _restoreFetchTime.Record(progress.TransferTime.TotalMilliseconds, Labels(backend));
            RecordPhase("prepare", progress.PreparationTime);
            RecordPhase("object_storage_download", progress.TransferTime);
            RecordPhase("schema_apply", whole - progress.PreparationTime - progress.TransferTime);
            _restoredBytes.Add(progress.BytesDone, Labels(backend));
        }

        Count(backend, "restore", end.State);
    }

    private void NoteGood(string backend, DateTimeOffset completed) =>
        _lastGood.AddOrUpdate(backend, completed, (_, known) => completed > known ? completed : known);

    private void Count(string backend, string operation, BackupState state) =>
        _operations.Add(1, new TagList { { "backend_name", backend }, { "operation", operation }, { "status", BackupStatus.Of(state) } });

    // Two clocks measured the whole and its parts.
    private void RecordPhase(string phase, TimeSpan duration) =>
        _restorePhaseTime.Record(Math.Max(0, duration.TotalSeconds), new KeyValuePair<string, object?>("phase", phase));

    private static TagList Labels(string backend, string className = "n/a") =>
        new() { { "backend_name", backend }, { "class_name", className } };
}
