using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>The operating system's file system. Stateless.</summary>
internal sealed class LocalFileSystem : IFileSystem
{
    /// <summary>Other handles may read, write, rename and unlink: exclusion is the directory lock's business.</summary>
    private const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    public static LocalFileSystem Instance { get; } = new();

    public int MaxOpenFiles => PlatformCalls.MaxOpenFiles;

    public IReadableFile OpenRead(string path)
    {
        SafeFileHandle handle = Open(path, FileMode.Open, FileAccess.Read, FileOptions.RandomAccess);
        return new LocalReadableFile(handle, path);
    }

    public IWritableFile Create(string path) => new LocalWritableFile(Open(path, FileMode.CreateNew, FileAccess.Write), path);

    public IPreallocatedFile OpenPreallocated(string path, long capacity, bool reuse)
    {
        SafeFileHandle handle = Open(path, reuse ? FileMode.Open : FileMode.CreateNew, FileAccess.ReadWrite);
        try
        {
            return new LocalPreallocatedFile(handle, path, capacity);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public byte[] ReadAllBytes(string path) => Checked("Reading", path, static path => File.ReadAllBytes(path));

    public bool FileExists(string path) => File.Exists(path);

    public long FileLength(string path) => Checked("Reading the length", path, static path => new FileInfo(path).Length);

    public IReadOnlyList<string> List(string directory) => Checked("Listing", directory, static directory =>
    {
        var names = new List<string>();
        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            names.Add(Path.GetFileName(path));
        }

        return names;
    });

    public void CreateDirectory(string path)
    {
        Stack<string> parents = [];
        for (string? missing = Path.GetFullPath(path); missing is not null && !Directory.Exists(missing); missing = Path.GetDirectoryName(missing))
        {
            parents.Push(Path.GetDirectoryName(missing) ?? missing);
        }

        Checked("Creating the directory", path, Directory.CreateDirectory);
        foreach (string parent in parents)
        {
            SyncDirectory(parent);
        }
    }

    public void Rename(string from, string to) => PlatformCalls.Rename(from, to);

    public void Link(string existing, string path)
    {
        if (!PlatformCalls.TryLink(existing, path))
        {
            throw new DatabaseException(DatabaseError.InputOutput, $"Linking '{existing}' failed: the name is taken.", path);
        }
    }

    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its directory, which is what was asked for.
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create("Deleting", path, cause);
        }
    }

    public void DeleteDirectory(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already, which is what was asked for.
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create("Deleting the directory", path, cause);
        }
    }

    public void Truncate(string path, long length)
    {
        using SafeFileHandle handle = Open(path, FileMode.Open, FileAccess.Write);
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create("Truncating", path, cause);
        }
    }

    public void SyncDirectory(string path) => PlatformCalls.SyncDirectory(path);

    public long FreeBytes(string directory) =>
        Checked("Asking for free space", directory, static directory => new DriveInfo(directory).AvailableFreeSpace);

    public IDisposable LockDirectory(string path) => DirectoryLock.Take(path);

    public IDisposable? LockDirectoryForReading(string path) => DirectoryLock.TakeForReading(path);

    internal static SafeFileHandle Open(
        string path, FileMode mode, FileAccess access, FileOptions options = FileOptions.None, FileShare share = ShareAll)
    {
        try
        {
            return File.OpenHandle(path, mode, access, share, options);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create(mode == FileMode.CreateNew ? "Creating" : "Opening", path, cause);
        }
    }

    private static T Checked<T>(string action, string path, Func<string, T> call)
    {
        try
        {
            return call(path);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create(action, path, cause);
        }
    }
}
