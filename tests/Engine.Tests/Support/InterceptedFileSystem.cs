using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>The local file system, with a say before each change: a test blocks, fails or counts there.</summary>
/// <param name="before">Given the name of the call and the path that it is about to change.</param>
internal sealed class InterceptedFileSystem(Action<string, string> before) : IFileSystem
{
    private readonly LocalFileSystem _files = new();

    /// <summary>What is told as free space; null: the truth.</summary>
    public Func<long>? Free { get; init; }

    /// <summary>What is told as the most open files; null: the truth.</summary>
    public int? OpenFilesLimit { get; init; }

    public int MaxOpenFiles => OpenFilesLimit ?? _files.MaxOpenFiles;

    /// <summary>Given the path that is about to be read; null: nobody asks.</summary>
    public Action<string>? BeforeRead { get; init; }

    public IReadableFile OpenRead(string path) =>
        BeforeRead is null ? _files.OpenRead(path) : new ReadableFile(_files.OpenRead(path), BeforeRead);

    public IWritableFile Create(string path)
    {
        before(nameof(Create), path);
        return new WritableFile(_files.Create(path), before);
    }

    public IPreallocatedFile OpenPreallocated(string path, long capacity, bool reuse)
    {
        before(nameof(OpenPreallocated), path);
        return new PreallocatedFile(_files.OpenPreallocated(path, capacity, reuse), before);
    }

    public byte[] ReadAllBytes(string path) => _files.ReadAllBytes(path);

    public bool FileExists(string path) => _files.FileExists(path);

    public long FileLength(string path) => _files.FileLength(path);

    public IReadOnlyList<string> List(string directory) => _files.List(directory);

    public void CreateDirectory(string path)
    {
        before(nameof(CreateDirectory), path);
        _files.CreateDirectory(path);
    }

    public void Rename(string from, string to)
    {
        before(nameof(Rename), from);
        _files.Rename(from, to);
    }

    public void Link(string existing, string path)
    {
        before(nameof(Link), path);
        _files.Link(existing, path);
    }

    public void Delete(string path)
    {
        before(nameof(Delete), path);
        _files.Delete(path);
    }

    public void DeleteDirectory(string path)
    {
        before(nameof(DeleteDirectory), path);
        _files.DeleteDirectory(path);
    }

    public void Truncate(string path, long length)
    {
        before(nameof(Truncate), path);
        _files.Truncate(path, length);
    }

    public void SyncDirectory(string path)
    {
        before(nameof(SyncDirectory), path);
        _files.SyncDirectory(path);
    }

    public long FreeBytes(string directory) => Free?.Invoke() ?? _files.FreeBytes(directory);

    public IDisposable LockDirectory(string path) => _files.LockDirectory(path);

    public IDisposable? LockDirectoryForReading(string path) => _files.LockDirectoryForReading(path);

    private sealed class ReadableFile(IReadableFile file, Action<string> before) : IReadableFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public void ReadExactly(Span<byte> destination, long offset)
        {
            before(Path);
            file.ReadExactly(destination, offset);
        }

        public void WillNeed(long offset, long length) => file.WillNeed(offset, length);

        public void DontNeed(long offset, long length) => file.DontNeed(offset, length);

        public void Dispose() => file.Dispose();
    }

    private sealed class WritableFile(IWritableFile file, Action<string, string> before) : IWritableFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public void Append(ReadOnlySpan<byte> data)
        {
            before(nameof(Append), Path);
            file.Append(data);
        }

        public void Reserve(long length)
        {
            before(nameof(Reserve), Path);
            file.Reserve(length);
        }

        public void StartWriteBack(long offset, long length)
        {
            before(nameof(StartWriteBack), Path);
            file.StartWriteBack(offset, length);
        }

        public void Overwrite(ReadOnlySpan<byte> data, long offset)
        {
            before(nameof(Overwrite), Path);
            file.Overwrite(data, offset);
        }

        public void Sync()
        {
            before(nameof(Sync), Path);
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }

    private sealed unsafe class PreallocatedFile(IPreallocatedFile file, Action<string, string> before) : IPreallocatedFile
    {
        public string Path => file.Path;

        public long Capacity => file.Capacity;

        public byte* Map() => file.Map();

        public void Populate(long offset, long length) => file.Populate(offset, length);

        public void Write(ReadOnlySpan<byte> data, long offset)
        {
            before(nameof(Write), Path);
            file.Write(data, offset);
        }

        public void Sync()
        {
            before(nameof(Sync), Path);
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
