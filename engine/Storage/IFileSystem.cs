namespace Basalt.Engine.Storage;

/// <summary>
/// The engine's only door to files. Every call checks its result and throws <see cref="DatabaseException"/> with the path; nothing
/// is durable before the sync calls say so. Tests replace it to inject faults and to record traces.
/// </summary>
internal interface IFileSystem
{
    /// <summary>How many files this process may have open at a time.</summary>
    int MaxOpenFiles { get; }

    /// <summary>Opens an existing file for positional reads.</summary>
    IReadableFile OpenRead(string path);

    /// <summary>Creates a file that must not exist yet, for sequential writing.</summary>
    IWritableFile Create(string path);

    /// <summary>
    /// Creates or reopens (<paramref name="reuse"/>) a file with <paramref name="capacity"/> bytes of disk space reserved
    /// (<c>fallocate</c>), for a write-ahead log.
    /// </summary>
    IPreallocatedFile OpenPreallocated(string path, long capacity, bool reuse);

    /// <summary>Reads a whole small file.</summary>
    byte[] ReadAllBytes(string path);

    /// <summary>Whether a file exists.</summary>
    bool FileExists(string path);

    /// <summary>Length of a file in bytes.</summary>
    long FileLength(string path);

    /// <summary>Names (not paths) of the entries of a directory, files and directories alike.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates a directory and its parents, durably; no error if it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file over whatever has the target name. Durable only after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>
    /// Gives a file a second name, which must be free. Durable only after <see cref="SyncDirectory"/> of the new name's directory.
    /// </summary>
    void Link(string existing, string path);

    /// <summary>Unlinks a file; no error if it is gone already.</summary>
    void Delete(string path);

    /// <summary>Removes a directory with all it holds; no error if it is gone already.</summary>
    void DeleteDirectory(string path);

    /// <summary>Cuts a file to <paramref name="length"/> bytes (used in steps by the paced deleter).</summary>
    void Truncate(string path, long length);

    /// <summary>Makes creations, renames and unlinks in a directory durable (<c>fsync</c> of the directory).</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes that may still be written to the file system that a directory is on.</summary>
    long FreeBytes(string directory);

    /// <summary>Takes the exclusive lock of a database directory, held until the result is disposed.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Locked"/> if it is taken.</exception>
    IDisposable LockDirectory(string path);

    /// <summary>
    /// As <see cref="LockDirectory"/>, but writes nothing: where the lock file is missing nobody has the database open, and nothing is locked.
    /// </summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Locked"/> if it is taken.</exception>
    IDisposable? LockDirectoryForReading(string path);
}
