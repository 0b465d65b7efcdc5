using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

public sealed class FileSystemBackendTests : BackendContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FileSystemBackend _backend;

    public FileSystemBackendTests() => _backend = new FileSystemBackend(_directory["not/yet/there"]);

    protected override IBackupBackend Backend => _backend;

    [Fact]
    public async Task TryPut_WhenDone_LeavesNoTemporaryFile()
    {
        await PutAsync("a/b", "x");
        await PutAsync("a/b", "y");

        Assert.Equal(["a", ".tmp"], Directory.EnumerateFileSystemEntries(_backend.Root).Select(Path.GetFileName).OrderDescending());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_backend.Root, ".tmp")));
    }

    [Fact]
    public async Task TryPut_WhenTwoBackendsShareADirectory_OneWins()
    {
        var other = new FileSystemBackend(_backend.Root);

        bool[] created = await Task.WhenAll(
            Task.Run(() => PutAsync("key", "first")),
            Task.Run(() => other.TryPutAsync("key", ObjectContent.FromBytes(new byte[] { 1 }))));

        Assert.Single(created, won => won);
    }

    [Fact]
    public async Task AnyCall_WhenRootIsAFile_NamesKeyAndPath()
    {
        string file = _directory["file"];
        await File.WriteAllTextAsync(file, "x");
        var backend = new FileSystemBackend(file);

        var failure = await Assert.ThrowsAsync<BackupBackendException>(
            () => backend.TryPutAsync("a/b", ObjectContent.FromBytes(new byte[] { 1 })));

        Assert.Equal("a/b", failure.ObjectKey);
        Assert.False(failure.IsTransient);
        Assert.Contains(Path.Combine(file, "a/b"), failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
