using System.Globalization;
using System.Runtime.InteropServices;

namespace Basalt.Bench.Workloads;

/// <summary>A folder for one store. Removing it waits until the disk is quiet, so that one run's writes do not burden the next.</summary>
internal sealed partial class ScratchFolder : IDisposable
{
    private static int _number;

    public ScratchFolder(string root)
    {
        Path = System.IO.Path.Combine(root, Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public static void SyncDisk() => Sync();

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        Sync();
    }

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();
}
