using System.Security.Cryptography;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>
/// A few MiB that are given free when the disk is full and something has to be written that frees space: a tombstone, or the plan of a
/// collector. It is no object and is not listed. Made when there is room, and again after it was used. Thread-safe.
/// </summary>
internal sealed class ReserveFile(string root, TemporaryFiles temporaries)
{
    public const string Folder = ".repo";
    public const string Name = "reserve";

    private const int Bytes = 4 << 20;

    /// <summary>Below this many free bytes the reserve would be what fills the disk.</summary>
    private const long LeastFree = 4L * Bytes;

    /// <summary>A write that fails while fewer bytes are free has failed because of that, whatever the file system says.</summary>
    private const long Full = 1 << 20;

    private readonly string _path = Path.Combine(root, Folder, Name);
    private volatile bool _isKnown;

    /// <summary>Whether an object helps to free space, so that the reserve is for it.</summary>
    public static bool IsFor(string key) =>
        key.StartsWith(RepositoryLayout.GarbagePrefix, StringComparison.Ordinal)
        || RepositoryLayout.NameOf(key).StartsWith(RepositoryLayout.TombstonePrefix, StringComparison.Ordinal);

    /// <summary>Gives the reserve free if the disk is full. True: the write that failed is worth another try.</summary>
    public bool TryRelease(Exception failure)
    {
        if (failure is not IOException || FreeBytes() >= Full || !File.Exists(_path))
        {
            return false;
        }

        _isKnown = false;
        File.Delete(_path);
        return true;
    }

    /// <summary>Makes the reserve if it is missing and there is room, as well as that goes.</summary>
    public void Replenish()
    {
        if (_isKnown || !Directory.Exists(Path.Combine(root, Folder)))
        {
            return;
        }

        try
        {
            if (!File.Exists(_path) && FreeBytes() >= LeastFree)
            {
                Make();
            }

            _isKnown = File.Exists(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody asked for it. Who may not write it, or has no room, does without; the next write tries again.
        }
    }

    private void Make()
    {
        Directory.CreateDirectory(temporaries.Directory);
        string temporary = temporaries.NewPath();
        try
        {
            // Random, because file systems that compress would reserve nothing for zeros.
            File.WriteAllBytes(temporary, RandomNumberGenerator.GetBytes(Bytes));
            File.Move(temporary, _path, overwrite: true);
        }
        finally
        {
            TemporaryFiles.Discard(temporary);
        }
    }

    private long FreeBytes() => new DriveInfo(root).AvailableFreeSpace;
}
