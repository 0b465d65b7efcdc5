using Basalt.Engine.Checksums;
using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>
/// Prepares log files and keeps retired ones for reuse: their blocks are allocated and initialised, which makes each sync of them cheaper
/// than of a fresh file.
/// </summary>
/// <remarks>
/// A crash at any point leaves no file with a log's name that is not a log:
/// (1) a retired file is renamed to a spare's name at once. If that rename is lost, the file is found under its old name, below the
/// manifest's floor, where nobody reads it, whatever it holds by then.
/// (2) a file is created under a spare's name, or is a spare; its new header is written and synced there.
/// (3) only then is it renamed to its log's name, and the directory synced before <see cref="Prepare"/> returns. So the name, once it is
/// there, leads to a durable header, and old records behind it do not verify under the new number.
/// Requires: one caller of <see cref="Prepare"/> and <see cref="Discard"/> at a time. <see cref="Retire"/> may run beside them.
/// </remarks>
internal sealed class LogFilePool(IFileSystem files, string directory, Guid databaseId, LogMedium medium, int maxSpares)
{
    private const long CapacityStep = 64 << 10;

    private readonly Lock _lock = new();
    private readonly List<Spare> _spares = new(maxSpares);

    /// <summary>
    /// Whether something failed after a name began to change: a log that is not part of the chain may or may not be there, and a chain
    /// that went on beside it could not be read again.
    /// </summary>
    public bool IsDirectoryUncertain { get; private set; }

    /// <summary>Makes a log file without records, durable with its name.</summary>
    public LogWriter Prepare(ulong number, ulong predecessor, long minimumCapacity)
    {
        string log = Path.Combine(directory, FileNames.Log(number));
        if (files.FileExists(log))
        {
            throw new DatabaseException(
                DatabaseError.InvalidOperation, "A log of this number exists; numbers must never be used again.", log);
        }

        long capacity = Math.Min((minimumCapacity + CapacityStep - 1) / CapacityStep * CapacityStep, DurableWatermark.MaxOffset);
        if (capacity < minimumCapacity)
        {
            throw new DatabaseException(
                DatabaseError.LimitExceeded, $"A log of {minimumCapacity} bytes is larger than the format allows.", log);
        }

        (string path, bool reuse) = TakeSpare(capacity) is { } spare
            ? (spare, true)
            : (Path.Combine(directory, FileNames.SpareLog(number)), false);
        LogHeader header = WriteHeader(path, capacity, reuse, actual => new LogHeader(number, predecessor, databaseId, actual));
        IsDirectoryUncertain = true;
        GiveName(path, log);
        files.SyncDirectory(directory);
        LogWriter writer = LogWriter.Create(medium, files.OpenPreallocated(log, header.Capacity, reuse: true), header);
        IsDirectoryUncertain = false;
        return writer;
    }

    /// <summary>Takes the name from a prepared log that was never switched to, durably, so that another can take its place in the chain.</summary>
    public void Discard(LogWriter log)
    {
        log.Dispose();
        IsDirectoryUncertain = true;
        files.Delete(log.Path);
        files.SyncDirectory(directory);
        IsDirectoryUncertain = false;
    }

    /// <summary>Keeps the file of a log that nobody needs, or deletes it. The manifest's floor must be above it, durably.</summary>
    /// <param name="log">The log; it is closed.</param>
    /// <param name="reusable">Whether its size is the one that will be needed again.</param>
    public void Retire(LogWriter log, bool reusable)
    {
        log.Dispose();
        lock (_lock)
        {
            if (reusable && _spares.Count < maxSpares)
            {
                string spare = Path.Combine(directory, FileNames.SpareLog(log.Number));
                files.Rename(log.Path, spare);
                _spares.Add(new Spare(spare, log.Capacity));
                return;
            }
        }

        files.Delete(log.Path);
    }

    private void GiveName(string path, string log)
    {
        try
        {
            files.Rename(path, log);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // The directory could not grow; a rename happens whole or not at all.
            files.Delete(path);
            IsDirectoryUncertain = false;
            throw;
        }
    }

    private string? TakeSpare(long capacity)
    {
        lock (_lock)
        {
            int index = _spares.FindIndex(spare => spare.Capacity >= capacity);
            if (index < 0)
            {
                return null;
            }

            string path = _spares[index].Path;
            _spares.RemoveAt(index);
            return path;
        }
    }

    private LogHeader WriteHeader(string path, long capacity, bool reuse, Func<long, LogHeader> describe)
    {
        if (!reuse)
        {
            files.Delete(path);
        }

        try
        {
            using IPreallocatedFile file = files.OpenPreallocated(path, capacity, reuse);
            LogHeader header = describe(file.Capacity);
            file.Write(header.ToPage(), 0);
            file.Write(stackalloc byte[LogRecordFormat.TerminatorBytes], LogHeader.PageBytes);
            file.Sync();
            return header;
        }
        catch
        {
            // A full disk must get its space back, and a file whose sync failed must not be tried again.
            files.Delete(path);
            throw;
        }
    }

    private readonly record struct Spare(string Path, long Capacity);
}
