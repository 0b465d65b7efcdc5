using System.Collections.Concurrent;
using Basalt.Engine;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>Makes the directories of a repository so that they survive a power loss. Thread-safe.</summary>
/// <remarks>
/// That a directory exists does not mean that its name is durable: whoever made it may have died before syncing the parent, or may
/// be about to. So each one below the root is synced into its parent once by every process that stores something in it. The root
/// itself and what is above it are synced only if they were made here: the permission to read a parent may be missing there.
/// </remarks>
internal sealed class DurableDirectories(string root)
{
    private readonly ConcurrentDictionary<string, byte> _durable = new(StringComparer.Ordinal);

    /// <summary>Makes a directory and its missing parents.</summary>
    public void Ensure(string path)
    {
        bool isBelowRoot = path.Length > root.Length;
        if ((!isBelowRoot || _durable.ContainsKey(path)) && Directory.Exists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return;
        }

        Ensure(parent);
        Directory.CreateDirectory(path);
        FileDurability.SyncDirectory(parent);
        _durable.TryAdd(path, 0);
    }
}
