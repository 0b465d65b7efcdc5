using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Bench.Workloads;

/// <summary>The yardstick of a backup: <c>cp</c> and <c>sync</c>.</summary>
internal static partial class FileCopy
{
    private const int DontNeed = 4;

    /// <summary>Copies a folder with <c>cp -r</c> and makes the copy durable with <c>sync -f</c>.</summary>
    public static void CopyAndSync(string from, string to)
    {
        using Process copy = Process.Start("/bin/sh", ["-c", "cp -r \"$0\" \"$1\" && sync -f \"$1\"", from, to]);
        copy.WaitForExit();
        if (copy.ExitCode != 0)
        {
            throw new InvalidOperationException($"cp and sync failed with exit code {copy.ExitCode}.");
        }
    }

    /// <summary>Drops a folder's clean pages from the system's cache, so that the next reader finds the disk.</summary>
    public static void Evict(string folder)
    {
        // A lock file is left alone: closing a second handle of it would drop the lock.
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "LOCK");
        foreach (string file in files)
        {
            using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = Advise(handle, 0, 0, DontNeed);
        }
    }

    public static long Length(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
