using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>
/// System calls that .NET does not offer, or whose errors it swallows. Every result is checked, a call that a signal interrupted is
/// repeated, and a failure becomes a <see cref="DatabaseException"/> that names the call, the path and the system's own message.
/// </summary>
internal static partial class LinuxCalls
{
    private const int PriorityOfProcess = 0;
    private const int BackgroundNiceness = 19;
    private const int AdviceWillNeed = 3;
    private const int AdviceDontNeed = 4;
    private const int AdviceRandom = 1;
    private const int AdviceHugePage = 14;
    private const int AdvicePopulateWrite = 23;
    private const uint WriteBackStart = 2;
    private const int LockExclusiveNonBlocking = 2 | 4;
    private const int LockRelease = 8;
    private const int AllocateKeepSize = 1;
    private const int MapReadWrite = 1 | 2;
    private const int MapShared = 1;
    private const int LimitOfOpenFiles = 7;

    /// <summary>How many files this process may have open.</summary>
    public static int MaxOpenFiles()
    {
        // Room for two limits, also where they are wider than a word.
        Span<nuint> limits = stackalloc nuint[4];
        return Native.GetLimit(LimitOfOpenFiles, limits) == 0
            ? (int)Math.Min(limits[0], int.MaxValue)
            : throw new DatabaseException(DatabaseError.InputOutput, $"getrlimit failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Bytes, length and all other metadata of a file, or the names in a directory.</summary>
    public static void SyncFile(SafeFileHandle handle, string path)
    {
        while (Native.FSync(handle) != 0)
        {
            ThrowUnlessInterrupted("fsync", path);
        }
    }

    /// <summary>Bytes of a file and what is needed to read them back, also those written through a shared mapping.</summary>
    public static void SyncData(SafeFileHandle handle, string path)
    {
        while (Native.FDataSync(handle) != 0)
        {
            ThrowUnlessInterrupted("fdatasync", path);
        }
    }

    public static void SyncDirectory(string path)
    {
        using SafeFileHandle directory = Open(path, Native.ReadOnlyCloseOnExec);
        SyncFile(directory, path);
    }

    /// <summary>Opens or creates a file for a lock. .NET's own open would take a shared lock first, so that two openers could both lose.</summary>
    public static SafeFileHandle OpenLockFile(string path) => Open(path, Native.ReadWriteCreateCloseOnExec);

    public static SafeFileHandle OpenForReading(string path) => Open(path, Native.ReadOnlyCloseOnExec);

    /// <summary>Reserves disk space and extends the file to it: false if this file system cannot.</summary>
    public static bool TryAllocate(SafeFileHandle handle, long length, string path) => TryAllocate(handle, 0, length, path);

    /// <summary>Reserves disk space and leaves the length as it is: false if this file system cannot.</summary>
    public static bool TryReserve(SafeFileHandle handle, long length, string path) => TryAllocate(handle, AllocateKeepSize, length, path);

    public static void AdviseWillNeed(SafeFileHandle handle, long offset, long length, string path) =>
        Advise(handle, offset, length, AdviceWillNeed, path);

    public static void AdviseDontNeed(SafeFileHandle handle, long offset, long length, string path) =>
        Advise(handle, offset, length, AdviceDontNeed, path);

    /// <summary>Starts write-back of dirty pages of a range and does not wait for it.</summary>
    public static void StartWriteBack(SafeFileHandle handle, long offset, long length, string path)
    {
        while (Native.SyncFileRange(handle, offset, length, WriteBackStart) != 0)
        {
            // Some sandboxes and network file systems lack the call. It promises nothing: the sync that follows does all the work.
            if (Marshal.GetLastPInvokeError() is LinuxError.NotImplemented or LinuxError.NotSupported)
            {
                return;
            }

            ThrowUnlessInterrupted("sync_file_range", path);
        }
    }

    public static nint MapSharedWritable(SafeFileHandle handle, long length, string path)
    {
        nint address = Native.Map(0, (nuint)length, MapReadWrite, MapShared, handle, 0);
        return address != -1 ? address : throw Failure("mmap", path, Marshal.GetLastPInvokeError());
    }

    public static void Unmap(nint address, long length, string path)
    {
        if (Native.Unmap(address, (nuint)length) != 0)
        {
            throw Failure("munmap", path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>
    /// Faults the pages in for writing. The result is dropped by design: kernels before 5.14 do not know the advice, and a page that
    /// was not faulted in now is faulted in by its first store.
    /// </summary>
    public static void Populate(nint address, long length) => _ = Native.MemoryAdvise(address, (nuint)length, AdvicePopulateWrite);

    /// <summary>Asks for no read-ahead behind a mapping. A wish, as <see cref="AdviseHugePages"/>.</summary>
    public static void AdviseRandomAccess(nint address, long length) => _ = Native.MemoryAdvise(address, (nuint)length, AdviceRandom);

    /// <summary>Makes the calling thread one that runs when others leave it time. A wish: where it is refused, only latency suffers.</summary>
    public static void LowerThreadPriority() => _ = Native.SetPriority(PriorityOfProcess, 0, BackgroundNiceness);

    /// <summary>Asks for large pages behind memory. A wish: kernels without them refuse it, and nothing but speed is lost.</summary>
    public static void AdviseHugePages(nint address, long length) => _ = Native.MemoryAdvise(address, (nuint)length, AdviceHugePage);

    /// <summary>Gives a file a second name: false if the name is taken.</summary>
    public static bool TryLink(string existingPath, string newPath)
    {
        while (Native.Link(existingPath, newPath) != 0)
        {
            if (Marshal.GetLastPInvokeError() == LinuxError.Exists)
            {
                return false;
            }

            ThrowUnlessInterrupted("link", newPath);
        }

        return true;
    }

    public static void Rename(string from, string to)
    {
        while (Native.Rename(from, to) != 0)
        {
            ThrowUnlessInterrupted($"rename to '{to}'", from);
        }
    }

    /// <summary>Takes the exclusive advisory lock of a file: false if another open file holds it.</summary>
    public static bool TryLock(SafeFileHandle handle, string path)
    {
        while (Native.FLock(handle, LockExclusiveNonBlocking) != 0)
        {
            if (Marshal.GetLastPInvokeError() == LinuxError.WouldBlock)
            {
                return false;
            }

            ThrowUnlessInterrupted("flock", path);
        }

        return true;
    }

    /// <summary>Gives a lock up, whoever else has a copy of the descriptor. Does nothing if there is none.</summary>
    public static void Unlock(SafeFileHandle handle, string path)
    {
        while (Native.FLock(handle, LockRelease) != 0)
        {
            ThrowUnlessInterrupted("flock", path);
        }
    }

    private static bool TryAllocate(SafeFileHandle handle, int mode, long length, string path)
    {
        while (Native.FAllocate(handle, mode, 0, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is LinuxError.NotSupported or LinuxError.NotImplemented)
            {
                return false;
            }

            ThrowUnlessInterrupted("fallocate", path);
        }

        return true;
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        while (true)
        {
            SafeFileHandle handle = Native.Open(path, flags, Native.OwnerWritesAllRead);
            if (!handle.IsInvalid)
            {
                return handle;
            }

            int error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            if (error != LinuxError.Interrupted)
            {
                throw Failure("open", path, error);
            }
        }
    }

    private static void Advise(SafeFileHandle handle, long offset, long length, int advice, string path)
    {
        // Unlike its neighbours this call returns the error number itself.
        int error = Native.FAdvise(handle, offset, length, advice);
        if (error != 0)
        {
            throw Failure("posix_fadvise", path, error);
        }
    }

    private static void ThrowUnlessInterrupted(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != LinuxError.Interrupted)
        {
            throw Failure(call, path, error);
        }
    }

    private static DatabaseException Failure(string call, string path, int error) =>
        new(LinuxError.Classify(error), $"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", path);
}
