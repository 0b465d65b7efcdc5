using System.Diagnostics;
using System.Globalization;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.FullDisk;

/// <summary>A file system of a few MiB in memory, which can be filled and emptied. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int KeptFree = 64 << 10;

    private readonly TemporaryDirectory _directory = new();

    public SmallDisk(int mebibytes)
    {
        bool isMounted = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m"), "tmpfs", _directory.Path);
        if (!isMounted)
        {
            _directory.Dispose();
        }

        Emulator.Require(isMounted, "A small file system cannot be mounted (needs root).");
    }

    public string this[string name] => _directory[name];

    /// <summary>Leaves hardly any space.</summary>
    public void Fill() => Take(new DriveInfo(_directory.Path).AvailableFreeSpace - KeptFree);

    /// <summary>Takes a part of the space.</summary>
    public void Fill(int mebibytes) => Take((long)mebibytes << 20);

    /// <summary>Gives what was filled free again.</summary>
    public void Empty() => File.Delete(_directory["ballast"]);

    public void Dispose()
    {
        Run("umount", "-l", _directory.Path);
        _directory.Dispose();
    }

    private void Take(long free)
    {
        using FileStream ballast = new(_directory["ballast"], FileMode.Append);
        byte[] zeros = new byte[KeptFree];
        for (; free > 0; free -= zeros.Length)
        {
            ballast.Write(zeros);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
