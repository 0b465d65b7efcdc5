using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Support;

/// <summary>
/// One repository in a temporary directory, with databases and services around it that are closed in the right order at the end.
/// </summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Stack<IAsyncDisposable> _opened = new();

    public Workbench()
    {
        Repository = new FileSystemBackend(_directory["repository"]);
        Backend = new InterceptedBackend(Repository);
    }

    /// <summary>The store itself.</summary>
    public FileSystemBackend Repository { get; }

    /// <summary>The store as services see it.</summary>
    public InterceptedBackend Backend { get; }

    /// <summary>Small memtables and segments, so that little data makes a tree; segments above 2 KiB have objects of their own.</summary>
    public static DatabaseOptions DatabaseOptions { get; } = new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        SegmentBytes = 64 << 10,
        BlockCacheBytes = 1 << 20,
        Compression = CompressionKind.None,
    };

    public static BackupOptions BackupOptions { get; } = new()
    {
        PackThresholdBytes = 2 << 10,
        BackendAttempts = 3,
        TimeProvider = new ImpatientClock(),
    };

    /// <summary>Collects whatever nobody needs, however young.</summary>
    public static GarbageCollectionOptions AtOnce { get; } = new() { MinimumAge = TimeSpan.Zero };

    public string this[string name] => _directory[name];

    public Database OpenDatabase(string name = "source", DatabaseOptions? options = null)
    {
        Database database = Database.Open(_directory[name], options ?? DatabaseOptions);
        _opened.Push(database);
        return database;
    }

    public BackupService OpenService(Database database, BackupOptions? options = null, IBackupBackend? backend = null)
    {
        var service = new BackupService(database, backend ?? Backend, options ?? BackupOptions);
        _opened.Push(service);
        return service;
    }

    /// <summary>Copies a database's files as they are at this moment, see <see cref="CrashCopy"/>.</summary>
    public void CopyDatabase(string from, string to) => CrashCopy.Make(_directory[from], _directory[to]);

    /// <summary>A copy of the repository as it is at this moment, as an operator makes one by copying the directory.</summary>
    public FileSystemBackend CopyRepository(string name)
    {
        foreach (string file in Directory.GetFiles(_directory["repository"], "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_directory[name], Path.GetRelativePath(_directory["repository"], file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new FileSystemBackend(_directory[name]);
    }

    /// <summary>Changes a byte in the middle of an object.</summary>
    public async Task DamageAsync(string key)
    {
        byte[] bytes = await File.ReadAllBytesAsync(Repository.Location(key));
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Repository.Location(key), bytes);
    }

    /// <summary>Files of a database that are on their way in.</summary>
    public string[] StagedFiles(string name) =>
        Directory.Exists(Path.Combine(_directory[name], "staging"))
            ? Directory.GetFiles(Path.Combine(_directory[name], "staging"), "*", SearchOption.AllDirectories)
            : [];

    /// <summary>Keys of the repository under a prefix, in order.</summary>
    public async Task<string[]> KeysAsync(string prefix = "") =>
        [.. (await Repository.ListAsync(prefix).ToListAsync()).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out IAsyncDisposable? opened))
        {
            await opened.DisposeAsync();
        }

        _directory.Dispose();
    }
}
