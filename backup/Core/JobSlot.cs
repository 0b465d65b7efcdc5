using System.Diagnostics.CodeAnalysis;

namespace Basalt.Backup;

/// <summary>Lets one job of a kind run at a time. Thread-safe.</summary>
internal sealed class JobSlot(BackupOperation operation)
{
    private readonly Lock _lock = new();
    private string? _holder;
    private BackupJob? _job;
    private bool _isClosed;

    /// <summary>The job that runs, or null.</summary>
    public BackupJob? Job
    {
        get
        {
            lock (_lock)
            {
                return _job;
            }
        }
    }

    /// <summary>Whether an id has the slot, with or without a job yet.</summary>
    public bool IsHeldBy(string id)
    {
        lock (_lock)
        {
            return _holder == id;
        }
    }

    /// <summary>Takes the slot for an id.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.InProgress"/>: another has it.</exception>
    public void Take(string id)
    {
        if (!TryTake(id, out string? holder))
        {
            string noun = operation == BackupOperation.Create ? "backup" : "restoration";
            throw new BackupException(BackupError.InProgress, $"{noun} {holder} already in progress; wait for its end or cancel it.", id);
        }
    }

    /// <summary>Takes the slot for an id; false if another has it.</summary>
    public bool TryTake(string id, [NotNullWhen(false)] out string? holder)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(BackupService));
            holder = _holder;
            _holder ??= id;
            return holder is null;
        }
    }

    /// <summary>Starts the job of whoever took the slot.</summary>
    public BackupJob Start(Func<BackupJob> start)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(BackupService));
            return _job = start();
        }
    }

    /// <summary>Gives the slot back, by the job at its end or by whoever took it and started none.</summary>
    public void Free()
    {
        lock (_lock)
        {
            _holder = null;
            _job = null;
        }
    }

    /// <summary>Halts the job, waits for its end, and admits no other.</summary>
    public async Task CloseAsync()
    {
        BackupJob? job;
        lock (_lock)
        {
            _isClosed = true;
            job = _job;
        }

        if (job is not null)
        {
            await job.HaltAsync().ConfigureAwait(false);
            await job.Completion.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }
    }
}
