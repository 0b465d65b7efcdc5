using Basalt.Engine.Compaction;
using Basalt.Engine.Diagnostics;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>
/// The chain of logs being written. Batches go to the current log; the next one is prepared off the write path, so that switching to it
/// costs one small record. Waits share syncs (<see cref="GroupCommit"/>).
/// </summary>
/// <remarks>
/// Invariants:
/// (1) the bytes of a log reach the system, and stable storage, only after all of its predecessor's: what is recovered is a prefix;
/// (2) a log becomes current only after its file, header and name are durable, so a Seal never names a log that is not there;
/// (3) a log that was switched away from ends with a Seal;
/// (4) after a failed write or sync nothing is appended and nothing more is reported durable.
/// Locks, in the order they are taken: prepare gate (one preparation at a time); the caller's commit lock; sync gate (one sync at a time, and the set of logs being synced);
/// hand gate (staged bytes leave in order); chain lock (membership, and which log is next).
/// </remarks>
internal sealed partial class WriteAheadLog : IDisposable
{
    private const int MaxSpares = 2;

    private readonly LogMedium _medium;
    private readonly LogFilePool _pool;
    private readonly GroupCommit _commits;
    private readonly LogPrefaulter? _prefaulter;
    private readonly Lock _prepareGate = new();
    private readonly Lock _syncGate = new();
    private readonly Lock _handGate = new();
    private readonly Lock _chainLock = new();
    private readonly DurationCounter _syncTimes = new();

    // Replaced, never changed: all but the last are sealed.
    private LogWriter[] _chain;
    private LogWriter _current;
    private LogWriter? _next;
    private LogPosition _handed;
    private long _bytesAppended;
    private long _syncs;
    private bool _isDisposed;

    private WriteAheadLog(LogFilePool pool, LogMedium medium, LogWriter first, IBackgroundExecutor executor)
    {
        _pool = pool;
        _medium = medium;
        _current = first;
        _chain = [first];
        _commits = new GroupCommit(SyncChain);
        if (medium == LogMedium.Mapped)
        {
            _prefaulter = new LogPrefaulter(executor, () => Volatile.Read(ref _current), cause => Failed(cause));
            Connect(first);
        }
    }

    /// <summary>Told once of the failure that ends the log, on any thread, perhaps with the commit lock held. Must return at once.</summary>
    public Action<Exception> Failed
    {
        get => _commits.Failed;
        set => _commits.Failed = value;
    }

    /// <summary>Why the log takes no more writes, or null.</summary>
    public Exception? Failure => _commits.Failure;

    /// <summary>Bytes of records appended since the log was started.</summary>
    public long BytesAppended => Volatile.Read(ref _bytesAppended);

    /// <summary>Files synced since the log was started.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    /// <summary>How long they took.</summary>
    public DurationDistribution SyncTimes => _syncTimes.Snapshot();

    /// <summary>Up to where everything is durable.</summary>
    public LogPosition Durable => _commits.Durable;

    /// <summary>Number of the log that batches go to. Requires: commit lock held.</summary>
    public ulong CurrentLog => _current.Number;

    /// <summary>Bytes of the log that batches go to. Requires: commit lock held.</summary>
    public long Capacity => _current.Capacity;

    /// <summary>Starts a chain with its first log. The name of that log is durable when this returns.</summary>
    /// <param name="files">Where files are.</param>
    /// <param name="directory">The database directory.</param>
    /// <param name="databaseId">The database; logs of another are refused at replay.</param>
    /// <param name="medium">How bytes reach the files.</param>
    /// <param name="number">A number greater than that of every log in the directory (<see cref="LogReplayResult.HighestLog"/>).</param>
    /// <param name="predecessor"><see cref="LogReplayResult.HighestLog"/>, or 0 in a new database.</param>
    /// <param name="minimumCapacity">Bytes of the file; see <see cref="CapacityFor"/>.</param>
    /// <param name="executor">Where pages are readied beside appends; threads unless told.</param>
    public static WriteAheadLog Start(
        IFileSystem files, string directory, Guid databaseId, LogMedium medium, ulong number, ulong predecessor, long minimumCapacity, IBackgroundExecutor? executor = null)
    {
        var pool = new LogFilePool(files, directory, databaseId, medium, MaxSpares);
        return new WriteAheadLog(pool, medium, pool.Prepare(number, predecessor, Math.Max(minimumCapacity, CapacityFor(0))), executor ?? BackgroundThreads.Instance);
    }

    /// <summary>Bytes that a log must have for one batch of this payload.</summary>
    public static long CapacityFor(long payloadLength) => LogWriter.CapacityFor(payloadLength);

    /// <summary>Makes everything appended before the call durable.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> if that fails or failed before.</exception>
    public void SyncAll()
    {
        LogWriter last = Volatile.Read(ref _chain)[^1];
        _commits.Wait(new LogPosition(last.Number, last.Tail));
    }

    /// <summary>
    /// Closes the files without another sync: a clean close calls <see cref="SyncAll"/> first. Later calls are refused. Requires: no append runs.
    /// </summary>
    public void Dispose()
    {
        _commits.Close(new ObjectDisposedException(nameof(WriteAheadLog)));
        _prefaulter?.Dispose();
        lock (_prepareGate)
        {
            lock (_syncGate)
            {
                lock (_handGate)
                {
                    if (!_isDisposed)
                    {
                        _isDisposed = true;
                        Array.ForEach(Volatile.Read(ref _chain), log => log.Dispose());
                        Volatile.Read(ref _next)?.Dispose();
                    }
                }
            }
        }
    }
}
