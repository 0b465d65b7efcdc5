using System.IO.Pipes;
using Basalt.Engine.Storage;
using Basalt.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Tests.Storage;

public sealed class FileDurabilityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void SyncFile_WhenTheFileIsGood_ThenItReturns()
    {
        using SafeFileHandle file = File.OpenHandle(_directory["data"], FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, "bytes"u8, 0);

        FileDurability.SyncFile(file, _directory["data"]);
        LinuxCalls.SyncData(file, _directory["data"]);
        FileDurability.SyncDirectory(_directory.Path);
    }

    [Fact]
    public void SyncFile_WhenTheDescriptorIsBad_ThenItThrowsWhereTheManagedCallIsSilent()
    {
        // A descriptor far above the process's limit is never open.
        using var bad = new SafeFileHandle(0x3fff_ffff, ownsHandle: false);

        foreach (Action sync in new Action[]
        {
            () => FileDurability.SyncFile(bad, "/some/file"),
            () => LinuxCalls.SyncData(bad, "/some/file"),
        })
        {
            var error = Assert.Throws<DatabaseException>(sync);
            Assert.Equal(DatabaseError.InputOutput, error.Error);
            Assert.Equal("/some/file", error.File);
            Assert.Contains("errno 9", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void SyncData_WhenTheDescriptorCannotBeSynced_ThenItThrows()
    {
        using var pipe = new AnonymousPipeServerStream();
        using var handle = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        var error = Assert.Throws<DatabaseException>(() => LinuxCalls.SyncData(handle, "a pipe"));

        Assert.Contains("fdatasync failed", error.Message, StringComparison.Ordinal);
        Assert.Contains("errno 22", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SyncDirectory_WhenItIsMissing_ThenItThrowsWithThePath()
    {
        var error = Assert.Throws<DatabaseException>(() => FileDurability.SyncDirectory(_directory["none"]));

        Assert.Equal(_directory["none"], error.File);
        Assert.Contains("open failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryLink_WhenTheNameIsFree_ThenBothNamesLeadToTheFile()
    {
        File.WriteAllText(_directory["one"], "text");

        Assert.True(FileDurability.TryLink(_directory["one"], _directory["two"]));

        Assert.Equal("text", File.ReadAllText(_directory["two"]));
    }

    [Fact]
    public void TryLink_WhenTheNameIsTaken_ThenItIsFalseAndNothingChanges()
    {
        File.WriteAllText(_directory["one"], "one");
        File.WriteAllText(_directory["two"], "two");

        Assert.False(FileDurability.TryLink(_directory["one"], _directory["two"]));

        Assert.Equal("two", File.ReadAllText(_directory["two"]));
    }

    [Fact]
    public void TryLink_WhenTheSourceIsMissing_ThenItThrows()
    {
        Assert.Throws<DatabaseException>(() => FileDurability.TryLink(_directory["none"], _directory["two"]));
    }

    [Fact]
    public void TryLink_WhenManyRace_ThenExactlyOneWins()
    {
        File.WriteAllText(_directory["one"], "one");
        int wins = 0;

        Parallel.For(0, 16, _ =>
        {
            if (FileDurability.TryLink(_directory["one"], _directory["two"]))
            {
                Interlocked.Increment(ref wins);
            }
        });

        Assert.Equal(1, wins);
    }
}
