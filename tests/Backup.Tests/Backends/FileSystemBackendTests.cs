using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
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
    public async Task TryPut_WhenWritersWereKilledLongAgo_RemovesWhatTheyLeft()
    {
        string folder = Path.Combine(_backend.Root, ".tmp");
        Directory.CreateDirectory(folder);
        string old = Path.Combine(folder, Ulid.Create(new LaterClock(TimeSpan.FromDays(-2))));
        string young = Path.Combine(folder, Ulid.Create(TimeProvider.System));
        string foreign = Path.Combine(folder, "notes.txt");
        foreach (string file in (string[])[old, young, foreign])
        {
            await File.WriteAllTextAsync(file, "x");
        }

        await PutAsync("a", "x");

        Assert.Equal(new[] { young, foreign }.Order(StringComparer.Ordinal), Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TryPut_WhenTheSourceFails_DoesNotBlameTheDirectory()
    {
        var content = new ObjectContent(10, () => throw new DatabaseException(DatabaseError.Corruption, "bit rot"));

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => _backend.TryPutAsync("a", content));

        Assert.Equal(DatabaseError.Corruption, failure.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_backend.Root, ".tmp")));
        Assert.False(File.Exists(_backend.Location("a")));
    }

    [Fact]
    public async Task TryPut_WhenTheDirectoryIsRemovedMeanwhile_MakesItAgain()
    {
        await PutAsync("a/b", "x");
        Directory.Delete(_backend.Root, recursive: true);

        Assert.True(await PutAsync("a/b", "y"));
        Assert.Equal("y", await File.ReadAllTextAsync(_backend.Location("a/b")));
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
