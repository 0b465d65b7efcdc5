using Basalt.Engine.Compaction;
using Basalt.Engine.Manifest;
using Basalt.Engine.Recovery;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>
/// An ordered key-value store in one directory: many keyspaces over one log and one memtable chain. Thread-safe. One process at a
/// time; the directory is locked.
/// </summary>
public sealed partial class Database : IAsyncDisposable, IDisposable
{
    /// <summary>The longest key in bytes: 65,535.</summary>
    public const int MaxKeyLength = ushort.MaxValue;

    /// <summary>The most encoded bytes of one batch, and so of one value with its key: 256 MiB.</summary>
    public const int MaxBatchLength = 256 << 20;

    private readonly DatabaseCore _core;
    private readonly Housekeeper _housekeeper;
    private readonly DeletionScheduler _deletions;
    private readonly CompactionScheduler _compactions;
    private readonly FlushScheduler _flushes;
    private readonly SnapshotCoordinator _snapshots;
    private int _disposed;

    private Database(DatabaseCore core)
    {
        _core = core;
        core.Log.Failed = cause => core.Fail("The write-ahead log", cause);
        _snapshots = new SnapshotCoordinator(core);
        _deletions = new DeletionScheduler(core);
        _compactions = new CompactionScheduler(core);
        _flushes = new FlushScheduler(core, _compactions.Changed);
        _housekeeper = new Housekeeper(core, SeekSpace);
        core.FilesFreed = _deletions.Signal;
        core.Pipeline.PreparationNeeded = _housekeeper.Signal;
        core.Pipeline.MemtableSealed = _flushes.Signal;
        _housekeeper.Signal();
        _deletions.Signal();
        _compactions.Changed(KeyspaceIds());
    }

    /// <summary>Identity of the database, given at creation.</summary>
    public Guid Id => _core.Versions.DatabaseId;

    /// <summary>The directory.</summary>
    public string Path => _core.Directory;

    /// <summary>The sequence number of the last visible write.</summary>
    public ulong LastSequence => _core.Pipeline.VisibleSequence;

    /// <summary>Opens the database in a directory, replays its log and starts background work.</summary>
    /// <exception cref="DatabaseException">Locked, damaged (names file and offset), or of a newer format.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Database Open(string path, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new DatabaseOptions();
        options.Validate();
        IFileSystem fileSystem = options.FileSystem ?? new LocalFileSystem();
        return new Database(new DatabaseOpener(System.IO.Path.GetFullPath(path), options, fileSystem).Open());
    }

    /// <summary>As <see cref="Open"/>, off the calling thread.</summary>
    public static Task<Database> OpenAsync(string path, DatabaseOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(path, options), cancellationToken);

    /// <summary>
    /// Closes cleanly: waits for writes in progress, flushes what is in memory and makes it durable. Idempotent. Cursors that are still
    /// open keep their memory until they are disposed.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Compaction first: it gives up what it is at, and the flushes of the close do not start another.
        _compactions.Dispose();
        FlushForClose();
        _flushes.Dispose();
        _housekeeper.Dispose();
        _deletions.Dispose();
        _core.Pipeline.Close();
        _core.Log.Dispose();
        _core.Versions.Close(() =>
        {
            _core.Cache.Dispose();
            _core.Arenas.Dispose();
        });
        _core.DirectoryLock.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, off the calling thread.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    /// <summary>
    /// A database that already refuses writes closes without a flush: its log has everything that was acknowledged, and the next open
    /// replays it.
    /// </summary>
    private void FlushForClose()
    {
        try
        {
            try
            {
                _core.Options.BackgroundExecutor.WhenDone(_core.Pipeline.SealForClose(_core.Versions.NewFileNumber)).GetAwaiter().GetResult().Release();
            }
            finally
            {
                _core.Log.SyncAll();
            }
        }
        catch (Exception exception)
        {
            // Whatever it was: the rest must be closed too, the lock of the directory above all.
            _core.Options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.WritesRefused, $"The database closed without a flush; its log is replayed at the next open: {exception.Message}", exception));
        }
    }

    private void SeekSpace()
    {
        _flushes.Signal();
        _compactions.Changed([]);
        _deletions.Signal();
    }

    private List<uint> KeyspaceIds()
    {
        LsmVersion version = _core.Versions.Acquire();
        List<uint> ids = [.. version.Keyspaces.Keys];
        version.Release();
        return ids;
    }
}
