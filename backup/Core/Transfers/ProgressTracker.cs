namespace Basalt.Backup.Transfers;

/// <summary>Counts what a job has done. Thread-safe.</summary>
internal sealed class ProgressTracker(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly long _start = clock.GetTimestamp();
    private BackupState _state = BackupState.Started;
    private DateTimeOffset? _completedAt;
    private string? _error;
    private TimeSpan? _cutPause;
    private long _transferStart;
    private long _transferEnd;
    private long _bytesTotal;
    private long _bytesReused;
    private long _bytesTransferred;
    private int _filesTotal;
    private int _filesDone;

    public BackupState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public TimeSpan TransferTime
    {
        get
        {
            lock (_lock)
            {
                return ElapsedTransfer();
            }
        }
    }

    public void SetCutPause(TimeSpan pause)
    {
        lock (_lock)
        {
            _cutPause = pause;
        }
    }

    public void BeginTransfer(long bytesTotal, long bytesReused, int filesTotal, int filesDone)
    {
        lock (_lock)
        {
            _bytesTotal = bytesTotal;
            _bytesReused = bytesReused;
            _filesTotal = filesTotal;
            _filesDone = filesDone;
            _transferStart = clock.GetTimestamp();
            MoveLocked(BackupState.Transferring);
        }
    }

    public void EndTransfer()
    {
        lock (_lock)
        {
            _transferEnd = clock.GetTimestamp();
            MoveLocked(BackupState.Transferred);
        }
    }

    public void Move(BackupState state)
    {
        lock (_lock)
        {
            MoveLocked(state);
        }
    }

    /// <summary>The job has ended. The first end counts.</summary>
    public void Complete(BackupState state, string? error, DateTimeOffset? at = null)
    {
        lock (_lock)
        {
            if (_completedAt is null)
            {
                _state = state;
                _error = error;
                _completedAt = at ?? clock.GetUtcNow();
            }
        }
    }

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytesTransferred, bytes);

    public void AddFile() => Interlocked.Increment(ref _filesDone);

    public BackupProgress Snapshot()
    {
        lock (_lock)
        {
            long transferred = Interlocked.Read(ref _bytesTransferred);
            long done = _bytesReused + transferred;
            TimeSpan transfer = ElapsedTransfer();
            double seconds = transfer.TotalSeconds;
            double rate = seconds > 0 ? transferred / seconds : 0;
            return new BackupProgress
            {
                State = _state,
                BytesTotal = _bytesTotal,
                BytesDone = done,
                BytesReused = _bytesReused,
                FilesTotal = _filesTotal,
                FilesDone = Volatile.Read(ref _filesDone),
                BytesPerSecond = rate,
                Remaining = rate > 0 && _completedAt is null ? TimeSpan.FromSeconds(Math.Max(0, _bytesTotal - done) / rate) : null,
                PreparationTime = _transferStart == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_start, _transferStart),
                TransferTime = transfer,
                CutPause = _cutPause,
                StartedAt = _startedAt,
                CompletedAt = _completedAt,
                Error = _error,
            };
        }
    }

    /// <summary>A state never goes back: what was canceled does not look as if it went on.</summary>
    private void MoveLocked(BackupState state)
    {
        if (_completedAt is null && _state != BackupState.Canceling)
        {
            _state = state;
        }
    }

    private TimeSpan ElapsedTransfer() => _transferStart == 0
        ? TimeSpan.Zero
        : clock.GetElapsedTime(_transferStart, _transferEnd == 0 ? clock.GetTimestamp() : _transferEnd);
}
