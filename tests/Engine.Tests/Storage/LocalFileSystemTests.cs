using Basalt.Engine.Storage;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Storage;

public sealed class LocalFileSystemTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files = LocalFileSystem.Instance;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Append_WhenPiecesOfAnySizeAreWrittenAndSynced_ThenTheFileHoldsThemInOrder()
    {
        string path = _directory["data"];
        var expected = new MemoryStream();
        var random = new Random(7);

        using (IWritableFile file = _files.Create(path))
        {
            foreach (int length in new[] { 1, 4095, 300_000, 0, 262_144, 1_000_001, 13 })
            {
                byte[] piece = new byte[length];
                random.NextBytes(piece);
                file.Append(piece);
                expected.Write(piece);
                file.StartWriteBack(0, file.Length);
            }

            Assert.Equal(expected.Length, file.Length);
            file.Sync();
        }

        Assert.Equal(expected.ToArray(), _files.ReadAllBytes(path));
        Assert.Equal(expected.Length, _files.FileLength(path));
    }

    [Fact]
    public void FreeBytes_WhenTheDirectoryIsThere_TellsAndOtherwiseNamesIt()
    {
        Assert.True(_files.FreeBytes(_directory.Path) > 0);

        DatabaseException failure = Assert.Throws<DatabaseException>(() => _files.FreeBytes(_directory["missing/deeper"]));
        Assert.Equal(_directory["missing/deeper"], failure.File);
    }

    [Fact]
    public void Create_WhenTheNameIsTaken_ThenItFailsAndKeepsTheFile()
    {
        File.WriteAllText(_directory["data"], "kept");

        var error = Assert.Throws<DatabaseException>(() => _files.Create(_directory["data"]));

        Assert.Equal(DatabaseError.InputOutput, error.Error);
        Assert.Equal(_directory["data"], error.File);
        Assert.Equal("kept", File.ReadAllText(_directory["data"]));
    }

    [Fact]
    public void ReadExactly_WhenTheFileEndsEarly_ThenItIsCorruptionWithFileAndOffset()
    {
        File.WriteAllBytes(_directory["data"], new byte[10]);
        using IReadableFile file = _files.OpenRead(_directory["data"]);

        var error = Assert.Throws<DatabaseException>(() => file.ReadExactly(new byte[4], 7));

        Assert.Equal(DatabaseError.Corruption, error.Error);
        Assert.Equal(_directory["data"], error.File);
        Assert.Equal(7, error.Offset);
    }

    [Fact]
    public void ReadExactly_WhenAdviceWasGiven_ThenTheBytesAreTheSame()
    {
        byte[] bytes = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)];
        File.WriteAllBytes(_directory["data"], bytes);
        using IReadableFile file = _files.OpenRead(_directory["data"]);
        byte[] read = new byte[5000];

        file.WillNeed(0, file.Length);
        file.DontNeed(0, file.Length);
        file.ReadExactly(read, 10_000);

        Assert.Equal(20_000, file.Length);
        Assert.Equal(bytes.AsSpan(10_000, 5000).ToArray(), read);
    }

    [Fact]
    public void OpenRead_WhenTheFileIsMissing_ThenTheErrorNamesIt()
    {
        var error = Assert.Throws<DatabaseException>(() => _files.OpenRead(_directory["none"]));

        Assert.Equal(DatabaseError.InputOutput, error.Error);
        Assert.Equal(_directory["none"], error.File);
    }

    [Fact]
    public unsafe void OpenPreallocated_WhenWrittenByCallAndByMapping_ThenBothSeeOneFile()
    {
        string path = _directory["log"];
        using (IPreallocatedFile file = _files.OpenPreallocated(path, 1 << 20, reuse: false))
        {
            byte* mapping = file.Map();
            file.Populate(5000, 100_000);
            file.Write("call"u8, 0);
            "map"u8.CopyTo(new Span<byte>(mapping + 4096, 3));
            Assert.Equal((byte)'c', mapping[0]);
            file.Sync();
            Assert.Equal(1 << 20, file.Capacity);
        }

        byte[] bytes = _files.ReadAllBytes(path);
        Assert.Equal(1 << 20, bytes.Length);
        Assert.True(bytes.AsSpan(0, 4).SequenceEqual("call"u8));
        Assert.True(bytes.AsSpan(4096, 3).SequenceEqual("map"u8));
    }

    [Fact]
    public void OpenPreallocated_WhenReusedWithAnotherCapacity_ThenItGrowsButNeverShrinks()
    {
        string path = _directory["log"];
        _files.OpenPreallocated(path, 64 << 10, reuse: false).Dispose();

        using (IPreallocatedFile grown = _files.OpenPreallocated(path, 128 << 10, reuse: true))
        {
            Assert.Equal(128 << 10, grown.Capacity);
        }

        using IPreallocatedFile kept = _files.OpenPreallocated(path, 4096, reuse: true);
        Assert.Equal(128 << 10, kept.Capacity);
        Assert.Equal(128 << 10, _files.FileLength(path));
    }

    [Fact]
    public void Write_WhenItWouldPassTheCapacity_ThenItIsRefused()
    {
        using IPreallocatedFile file = _files.OpenPreallocated(_directory["log"], 8192, reuse: false);

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Write(new byte[10], 8190));
    }

    [Fact]
    public void OpenPreallocated_WhenTheDiskCannotHoldIt_ThenItFailsWithThePath()
    {
        var error = Assert.Throws<DatabaseException>(
            () => _files.OpenPreallocated(_directory["log"], 1L << 53, reuse: false));

        Assert.Equal(DatabaseError.InputOutput, error.Error);
        Assert.Equal(_directory["log"], error.File);
    }

    [Fact]
    public void Rename_WhenTheTargetExists_ThenItIsReplaced()
    {
        File.WriteAllText(_directory["new"], "new");
        File.WriteAllText(_directory["old"], "old");

        _files.Rename(_directory["new"], _directory["old"]);
        _files.SyncDirectory(_directory.Path);

        Assert.Equal("new", File.ReadAllText(_directory["old"]));
        Assert.Equal(["old"], _files.List(_directory.Path));
    }

    [Fact]
    public void Rename_WhenTheSourceIsMissing_ThenTheErrorNamesBoth()
    {
        var error = Assert.Throws<DatabaseException>(() => _files.Rename(_directory["none"], _directory["target"]));

        Assert.Contains(_directory["none"], error.Message, StringComparison.Ordinal);
        Assert.Contains(_directory["target"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_WhenTheFileOrDirectoryIsGone_ThenNothingHappens()
    {
        _files.Delete(_directory["none"]);
        _files.Delete(_directory["none/none"]);
        _files.DeleteDirectory(_directory["none"]);

        Assert.Empty(_files.List(_directory.Path));
    }

    [Fact]
    public void Delete_WhenFilesAndDirectoriesExist_ThenTheyAreRemoved()
    {
        _files.CreateDirectory(_directory["a/b"]);
        File.WriteAllText(_directory["a/b/c"], "");
        File.WriteAllText(_directory["d"], "");

        _files.DeleteDirectory(_directory["a"]);
        _files.Delete(_directory["d"]);

        Assert.Empty(_files.List(_directory.Path));
    }

    [Fact]
    public void Truncate_WhenAFileIsCut_ThenItsLengthIsThat()
    {
        File.WriteAllBytes(_directory["data"], new byte[100]);

        _files.Truncate(_directory["data"], 40);

        Assert.Equal(40, _files.FileLength(_directory["data"]));
        Assert.True(_files.FileExists(_directory["data"]));
        Assert.False(_files.FileExists(_directory["none"]));
    }
}
