using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>
/// Chooses between <see cref="LinuxCalls"/> and the nearest managed call. This is the one place that knows of other systems. There the
/// engine is good for development, not for data that must survive a power loss: .NET's flush reports no errors, directories cannot be
/// synced, linking is a copy, disk space is reserved by writing zeros, and page-cache advice does nothing.
/// </summary>
internal static class PlatformCalls
{
    /// <summary>What every system allows, where the system is not asked.</summary>
    private const int UsualOpenFiles = 1024;

    public static int MaxOpenFiles => OperatingSystem.IsLinux() ? LinuxCalls.MaxOpenFiles() : UsualOpenFiles;

    public static void SyncFile(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.SyncFile(handle, path);
        }
        else
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    public static void SyncData(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.SyncData(handle, path);
        }
        else
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.SyncDirectory(path);
        }
    }

    public static bool TryLink(string existingPath, string newPath)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxCalls.TryLink(existingPath, newPath);
        }

        try
        {
            File.Copy(existingPath, newPath, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(newPath))
        {
            return false;
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create("Copying to a new name", newPath, cause);
        }
    }

    public static void Rename(string from, string to)
    {
        if (OperatingSystem.IsLinux())
        {
            // File.Move copies and deletes when the two names are on different file systems, which is not atomic.
            LinuxCalls.Rename(from, to);
            return;
        }

        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create($"Renaming to '{to}'", from, cause);
        }
    }

    public static bool TryAllocate(SafeFileHandle handle, long length, string path) =>
        OperatingSystem.IsLinux() && LinuxCalls.TryAllocate(handle, length, path);

    public static bool TryReserve(SafeFileHandle handle, long length, string path) =>
        OperatingSystem.IsLinux() && LinuxCalls.TryReserve(handle, length, path);

    public static void AdviseWillNeed(SafeFileHandle handle, long offset, long length, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.AdviseWillNeed(handle, offset, length, path);
        }
    }

    public static void AdviseDontNeed(SafeFileHandle handle, long offset, long length, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.AdviseDontNeed(handle, offset, length, path);
        }
    }

    public static void StartWriteBack(SafeFileHandle handle, long offset, long length, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.StartWriteBack(handle, offset, length, path);
        }
    }

    /// <summary>.NET's own thread priorities do nothing on Linux.</summary>
    public static void LowerThreadPriority()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.LowerThreadPriority();
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    public static void Populate(nint address, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.Populate(address, length);
        }
    }

    public static void AdviseHugePages(nint address, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.AdviseHugePages(address, length);
        }
    }

    /// <summary>Opens a lock file and takes its lock: false if another process holds it (the handle then serves to read who).</summary>
    public static bool TryOpenLocked(string path, out SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            handle = LinuxCalls.OpenLockFile(path);
            return LinuxCalls.TryLock(handle, path);
        }

        handle = LocalFileSystem.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share: FileShare.None);
        return true;
    }

    /// <summary>As above, of a lock file that is there, without the right to write to it.</summary>
    public static bool TryOpenLockedForReading(string path, out SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET's own open takes a lock, too, and reports one that is taken as any other failure.
            handle = LinuxCalls.OpenForReading(path);
            return LinuxCalls.TryLock(handle, path);
        }

        handle = LocalFileSystem.Open(path, FileMode.Open, FileAccess.Read, share: FileShare.None);
        return true;
    }

    /// <summary>
    /// Gives the lock up and closes the file. Closing alone is not enough: a child process that another thread just forked has a copy of the
    /// descriptor, and with it the lock, until it executes its own program.
    /// </summary>
    public static void CloseLocked(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.Unlock(handle, path);
        }

        handle.Dispose();
    }
}
