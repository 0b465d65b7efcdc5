using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>The local file system, in which one call that changes something fails: the n-th, whatever it is.</summary>
internal sealed class FaultyFileSystem(int failingCall) : IFileSystem
{
    private readonly LocalFileSystem _files = new();
    private int _calls;

    /// <summary>What failed, or null if it never came to that.</summary>
    public string? Failed { get; private set; }

    /// <summary>Whether the call that failed was to make something durable.</summary>
    public bool HasSyncFailed => Failed?.StartsWith("sync", StringComparison.Ordinal) == true;

    public IReadableFile OpenRead(string path) => _files.OpenRead(path);

    public IWritableFile Create(string path)
    {
        Count("create", path);
        return new FaultyWritableFile(_files.Create(path), Count);
    }

    public IPreallocatedFile OpenPreallocated(string path, long capacity, bool reuse)
    {
        Count("allocate", path);
        return new FaultyPreallocatedFile(_files.OpenPreallocated(path, capacity, reuse), Count);
    }

    public byte[] ReadAllBytes(string path) => _files.ReadAllBytes(path);

    public bool FileExists(string path) => _files.FileExists(path);

    public long FileLength(string path) => _files.FileLength(path);

    public IReadOnlyList<string> List(string directory) => _files.List(directory);

    public void CreateDirectory(string path)
    {
        Count("create directory", path);
        _files.CreateDirectory(path);
    }

    public void Rename(string from, string to)
    {
        Count("rename", from);
        _files.Rename(from, to);
    }

    public void Delete(string path)
    {
        Count("delete", path);
        _files.Delete(path);
    }

    public void DeleteDirectory(string path)
    {
        Count("delete directory", path);
        _files.DeleteDirectory(path);
    }

    public void Truncate(string path, long length)
    {
        Count("truncate", path);
        _files.Truncate(path, length);
    }

    public void SyncDirectory(string path)
    {
        Count("sync directory", path);
        _files.SyncDirectory(path);
    }

    public IDisposable LockDirectory(string path) => _files.LockDirectory(path);

    private void Count(string call, string path)
    {
        if (Interlocked.Increment(ref _calls) == failingCall)
        {
            Failed = $"{call} {Path.GetFileName(path)}";
            throw new DatabaseException(DatabaseError.InputOutput, $"Injected failure of call {failingCall}: {call}.", path);
        }
    }
}
