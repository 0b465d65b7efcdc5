using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine;

/// <summary>
/// Durability calls whose results are checked. .NET's own (<c>RandomAccess.FlushToDisk</c>, <c>FileStream.Flush(true)</c>) swallow
/// errors, and it can neither sync directories nor create a name only if it is absent. Outside Linux they fall back to managed calls.
/// </summary>
public static class FileDurability
{
    /// <summary>Makes a file's bytes and length durable.</summary>
    /// <exception cref="DatabaseException">The system reported an error.</exception>
    public static void SyncFile(SafeFileHandle handle, string path) => throw new NotImplementedException();

    /// <summary>Makes creations, links and removals of names in a directory durable.</summary>
    /// <exception cref="DatabaseException">The system reported an error.</exception>
    public static void SyncDirectory(string path) => throw new NotImplementedException();

    /// <summary>Gives an existing file a second name, only if that name is free: false if it is taken. Atomic between processes.</summary>
    /// <exception cref="DatabaseException">The system reported another error.</exception>
    public static bool TryLink(string existingPath, string newPath) => throw new NotImplementedException();
}
