using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <content>The C library's entry points. The runtime resolves <c>libc</c> to glibc or musl.</content>
internal static partial class LinuxCalls
{
    private static partial class Native
    {
        /// <summary>
        /// <c>O_RDONLY | O_CLOEXEC</c>. <c>O_DIRECTORY</c> is left out: its value differs between architectures, and syncing a plain file
        /// by mistake does no harm.
        /// </summary>
        public const int ReadOnlyCloseOnExec = 0x80000;

        /// <summary><c>O_RDWR | O_CREAT | O_CLOEXEC</c>.</summary>
        public const int ReadWriteCreateCloseOnExec = 0x80042;

        /// <summary>Mode 644, of which the process's mask may take more away.</summary>
        public const int OwnerWritesAllRead = 0x1A4;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial SafeFileHandle Open(string path, int flags, int mode);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int FSync(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static partial int FDataSync(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
        public static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);

        [LibraryImport("libc", EntryPoint = "posix_fadvise")]
        public static partial int FAdvise(SafeFileHandle file, long offset, long length, int advice);

        [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
        public static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

        [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
        public static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

        [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
        public static partial int Unmap(nint address, nuint length);

        [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
        public static partial int MemoryAdvise(nint address, nuint length, int advice);

        /// <summary>Of process and thread 0, which on Linux is the calling thread and not its whole process.</summary>
        [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
        public static partial int SetPriority(int which, uint who, int niceness);

        /// <summary>Fills in the limit in force and the one up to which it may be raised, as .NET does at its start.</summary>
        [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
        public static partial int GetLimit(int resource, Span<nuint> limits);

        [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Link(string existingPath, string newPath);

        [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Rename(string from, string to);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        public static partial int FLock(SafeFileHandle file, int operation);
    }
}
