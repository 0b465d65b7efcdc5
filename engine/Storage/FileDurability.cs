using Basalt.Engine.Storage;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine;

/// <summary>
/// Durability calls whose results are checked. .NET's own (<c>RandomAccess.FlushToDisk</c>, <c>FileStream.Flush(true)</c>) swallow
/// errors, and it can neither sync directories nor create a name only if it is absent. Outside Linux they fall back to managed calls.
/// </summary>
public static class FileDurability
{
    /// <summary>Makes a file's bytes and length durable.</summary>
    /// <param name="handle">The open file. A stream's own buffer must have been flushed before.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="DatabaseException">The system reported an error; the bytes must be considered lost, a second try proves nothing.</exception>
    public static void SyncFile(SafeFileHandle handle, string path)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(path);
        PlatformCalls.SyncFile(handle, path);
    }

    /// <summary>
    /// Starts writing a range of a file back, without waiting for it, so that a later <see cref="SyncFile"/> finds less to do. Proves nothing
    /// by itself.
    /// </summary>
    /// <param name="handle">The open file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="DatabaseException">The system reported an error.</exception>
    public static void StartWriteBack(SafeFileHandle handle, string path, long offset, long length)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(path);
        PlatformCalls.StartWriteBack(handle, offset, length, path);
    }

    /// <summary>Makes creations, links and removals of names in a directory durable.</summary>
    /// <exception cref="DatabaseException">The system reported an error.</exception>
    public static void SyncDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PlatformCalls.SyncDirectory(path);
    }

    /// <summary>Gives an existing file a second name, only if that name is free: false if it is taken. Atomic between processes.</summary>
    /// <exception cref="DatabaseException">The system reported another error.</exception>
    public static bool TryLink(string existingPath, string newPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(existingPath);
        ArgumentException.ThrowIfNullOrEmpty(newPath);
        return PlatformCalls.TryLink(existingPath, newPath);
    }
}
