using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Basalt.Engine.Storage;
using Basalt.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Tests.Storage;

public sealed partial class DirectoryLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files = LocalFileSystem.Instance;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void LockDirectory_WhenThisProcessHoldsIt_ThenItIsRefusedUntilReleased()
    {
        IDisposable first = _files.LockDirectory(_directory.Path);

        var error = Assert.Throws<DatabaseException>(() => _files.LockDirectory(_directory.Path + "/."));

        Assert.Equal(DatabaseError.Locked, error.Error);
        Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        first.Dispose();
        first.Dispose();
        _files.LockDirectory(_directory.Path).Dispose();
    }

    [Fact]
    public void LockDirectory_WhenAnotherProcessHoldsIt_ThenTheErrorNamesDirectoryAndHolder()
    {
        File.WriteAllText(_directory["LOCK"], "4711\n");
        using Process holder = Process.Start(new ProcessStartInfo("flock", [_directory["LOCK"], "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());

        var error = Assert.Throws<DatabaseException>(() => _files.LockDirectory(_directory.Path));

        Assert.Equal(DatabaseError.Locked, error.Error);
        Assert.Contains("Another process (4711)", error.Message, StringComparison.Ordinal);
        Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);

        holder.StandardInput.Close();
        holder.WaitForExit();
        _files.LockDirectory(_directory.Path).Dispose();
    }

    [Fact]
    public void LockDirectory_WhenTheDirectoryIsMissing_ThenItFailsAndCanBeTriedAgain()
    {
        string path = _directory["later"];
        Assert.Equal(DatabaseError.InputOutput, Assert.Throws<DatabaseException>(() => _files.LockDirectory(path)).Error);

        _files.CreateDirectory(path);

        _files.LockDirectory(path).Dispose();
    }

    [Fact]
    public void Dispose_WhileAChildThatWasJustForkedHasACopyOfTheDescriptor_ReleasesTheLockAllTheSame()
    {
        IDisposable held = _files.LockDirectory(_directory.Path);
        string descriptor = Directory.GetFiles("/proc/self/fd").Single(
            entry => new FileInfo(entry).LinkTarget is { } target && target == _directory["LOCK"]);
        int number = int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture);
        using SafeFileHandle copy = new(Duplicate(number), ownsHandle: true);

        held.Dispose();

        _files.LockDirectory(_directory.Path).Dispose();
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);
}
