using Basalt.Engine.Storage;

namespace Basalt.Engine.Commit;

/// <summary>
/// Which background work a full disk holds up. Such work is no failure: what it wrote is gone again, what it read is still there, and it is tried
/// again once there is space. Until then writers that would have to wait for it are refused. Thread-safe.
/// </summary>
internal sealed class SpaceShortage(IFileSystem fileSystem, string directory, DatabaseOptions options)
{
    /// <summary>Free space may come without the file system telling, as under a quota.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Entry?[] _entries = new Entry?[Enum.GetValues<SpaceNeed>().Length];
    private volatile bool _isAny;

    /// <summary>Whether anything is held up.</summary>
    public bool IsAny => _isAny;

    /// <summary>What to tell a writer that would wait for this; null if it is not held up.</summary>
    public DatabaseException? RefusalFor(SpaceNeed need)
    {
        if (!_isAny)
        {
            return null;
        }

        lock (_lock)
        {
            return _entries[(int)need] is { } entry ? Refusal(need, entry.Cause) : null;
        }
    }

    /// <summary>Notes that there was no space. Requires: whatever the attempt wrote is removed.</summary>
    public void Begin(SpaceNeed need, DatabaseException cause)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = !_isAny;
            _entries[(int)need] = new Entry(cause, FreeBytes(), options.TimeProvider.GetTimestamp());
            _isAny = true;
        }

        if (isFirst)
        {
            options.OnEvent?.Invoke(new DatabaseEvent(DatabaseEventKind.OutOfSpace, Refusal(need, cause).Message, cause));
        }
    }

    /// <summary>Notes that the work went through.</summary>
    public void End(SpaceNeed need)
    {
        if (!_isAny)
        {
            return;
        }

        bool isOver;
        lock (_lock)
        {
            bool wasHeldUp = _entries[(int)need] is not null;
            _entries[(int)need] = null;
            _isAny = Array.Exists(_entries, entry => entry is not null);
            isOver = wasHeldUp && !_isAny;
        }

        if (isOver)
        {
            options.OnEvent?.Invoke(new DatabaseEvent(DatabaseEventKind.SpaceRegained, "There is disk space again; writes go on."));
        }
    }

    /// <summary>
    /// Whether to try: it is not held up, space came free since, or much time went by. Work that cannot succeed would fill the disk, again and
    /// again, for whoever else writes to it.
    /// </summary>
    public bool IsWorthATry(SpaceNeed need)
    {
        if (!_isAny)
        {
            return true;
        }

        lock (_lock)
        {
            return _entries[(int)need] is not { } entry
                || FreeBytes() > entry.FreeBytes
                || options.TimeProvider.GetElapsedTime(entry.TriedAt) >= LongestPause;
        }
    }

    private static DatabaseException Refusal(SpaceNeed need, DatabaseException cause)
    {
        string activity = need switch
        {
            SpaceNeed.NextLog => "the next log",
            SpaceNeed.Flush => "the flush of what is in memory",
            _ => "a compaction",
        };
        return new DatabaseException(
            DatabaseError.OutOfSpace,
            $"There is no disk space for {activity}. Nothing is lost; free some space, and writes go on by themselves. {cause.Message}",
            innerException: cause);
    }

    private long FreeBytes()
    {
        try
        {
            return fileSystem.FreeBytes(directory);
        }
        catch (DatabaseException)
        {
            // It cannot tell; then only time does.
            return 0;
        }
    }

    private sealed record Entry(DatabaseException Cause, long FreeBytes, long TriedAt);
}
