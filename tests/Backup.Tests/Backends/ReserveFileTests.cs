using System.Diagnostics;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

/// <summary>On a disk without a free byte a backup can still be deleted and its space be freed.</summary>
public sealed class ReserveFileTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly TemporaryDirectory _mounts = new();

    [Fact]
    public async Task Create_OnADiskWithRoom_KeepsAReserveThatIsNoObject()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book", 10, seed: 1);

        await _bench.OpenService(source).CreateAsync(new BackupRequest("b1"));

        Assert.Equal(4 << 20, new FileInfo(Path.Combine(_bench.Repository.Root, ".repo", "reserve")).Length);
        Assert.DoesNotContain(await _bench.KeysAsync(), key => key.Contains("reserve", StringComparison.Ordinal));
        Assert.DoesNotContain(await _bench.KeysAsync(".repo/"), key => key.Contains("reserve", StringComparison.Ordinal));
        Assert.DoesNotContain(await _bench.KeysAsync(".repo/re"), key => key.EndsWith("reserve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DeleteAndCollect_OnAFullDisk_UseTheReserveAndMakeItAgain()
    {
        string disk = Mount(megabytes: 40);
        try
        {
            string root = Path.Combine(disk, "repository");
            string reserve = Path.Combine(root, ".repo", "reserve");
            Database source = _bench.OpenDatabase();
            Contents.Fill(source, "Book", 10_000, seed: 1, valueBytes: 1_000);
            await source.FlushAsync();
            BackupService service = _bench.OpenService(source, backend: new FileSystemBackend(root));
            await service.CreateAsync(new BackupRequest("b1"));
            Assert.True(File.Exists(reserve));
            Fill(Path.Combine(disk, "ballast"));
            var full = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b2")));
            Assert.True(File.Exists(reserve), "only what frees space may use the reserve");

            await service.DeleteAsync("b1");
            bool isReleased = !File.Exists(reserve);
            GarbageCollectionReport report = await service.Repository.CollectGarbageAsync(Workbench.AtOnce);

            Assert.Equal(BackupError.BackendFailure, full.Error);
            Assert.True(isReleased);
            Assert.Null(await service.GetStatusAsync("b1"));
            Assert.Empty(report.Failures);
            Assert.InRange(report.BytesFreed, 9_000_000, long.MaxValue);
            File.Delete(Path.Combine(disk, "ballast"));
            await service.CreateAsync(new BackupRequest("b3"));
            Assert.True(File.Exists(reserve));
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _mounts.Dispose();
    }

    private static void Fill(string path)
    {
        byte[] block = new byte[4096];
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Not a block is left.
        }
    }

    private string Mount(int megabytes)
    {
        string disk = Directory.CreateDirectory(_mounts["disk"]).FullName;
        Emulator.Require(
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk),
            "A file system in memory could not be mounted: this test needs the permission to mount.");
        return disk;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
