using System.Numerics;
using System.Text;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Support;

/// <summary>What every store has to do. Each backend's tests derive from this.</summary>
public abstract class BackendContract
{
    /// <summary>A store without objects.</summary>
    protected abstract IBackupBackend Backend { get; }

    [Fact]
    public async Task TryPut_WhenKeyIsFree_StoresBytes()
    {
        bool created = await PutAsync("a/b/c.json", "content");

        Assert.True(created);
        Assert.Equal("content", await GetAsync("a/b/c.json"));
    }

    [Fact]
    public async Task TryPut_WhenKeyIsTaken_KeepsFirstContent()
    {
        await PutAsync("a/name", "first");

        bool created = await PutAsync("a/name", "second, and longer");

        Assert.False(created);
        Assert.Equal("first", await GetAsync("a/name"));
    }

    [Fact]
    public async Task TryPut_WhenManyRace_ExactlyOneWins()
    {
        for (int round = 0; round < 10; round++)
        {
            string key = $"race/{round}";
            bool[] created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => PutAsync(key, $"writer {i}"))));

            int winner = Assert.Single(Enumerable.Range(0, 8), i => created[i]);
            Assert.Equal($"writer {winner}", await GetAsync(key));
        }
    }

    [Fact]
    public async Task TryPut_WhenSourceFails_LeavesNothing()
    {
        var content = new ObjectContent(10, () => throw new BackupException("the source failed"));

        await Assert.ThrowsAsync<BackupException>(() => Backend.TryPutAsync("a/name", content));

        Assert.Null(await Backend.OpenReadAsync("a/name"));
        Assert.Empty(await Backend.ListAsync("").ToListAsync());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public async Task TryPut_WhenSourceHasAnotherLength_LeavesNothing(int length)
    {
        var content = new ObjectContent(length, () => new MemoryStream(new byte[5]));

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => Backend.TryPutAsync("a/name", content));

        Assert.Equal("a/name", failure.ObjectKey);
        Assert.Null(await Backend.OpenReadAsync("a/name"));
    }

    [Fact]
    public async Task TryPut_WhenBytesDoNotHaveTheirCrc_LeavesNothing()
    {
        byte[] bytes = [1, 2, 3];
        var content = new ObjectContent(3, () => new MemoryStream([1, 2, 4]), Crc32COf(bytes));

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => Backend.TryPutAsync("a/name", content));

        Assert.Equal("a/name", failure.ObjectKey);
        Assert.Null(await Backend.OpenReadAsync("a/name"));
    }

    [Fact]
    public async Task TryPut_WhenEmpty_StoresEmptyObject()
    {
        Assert.True(await PutAsync("empty", ""));

        Assert.Equal("", await GetAsync("empty"));
    }

    [Fact]
    public async Task TryPut_WhenLarge_StoresAllBytes()
    {
        byte[] bytes = new byte[5_000_001];
        new Random(1).NextBytes(bytes);

        await Backend.TryPutAsync("large", new ObjectContent(bytes.Length, () => new MemoryStream(bytes), Crc32COf(bytes)));

        Assert.Equal(bytes, await ReadAsync(await Backend.OpenReadAsync("large")));
    }

    [Fact]
    public async Task OpenRead_WhenAbsent_IsNull()
    {
        await PutAsync("folder/name", "x");

        Assert.Null(await Backend.OpenReadAsync("name"));
        Assert.Null(await Backend.OpenReadAsync("folder/other"));
        Assert.Null(await Backend.OpenReadAsync("none/at/all"));
    }

    [Theory]
    [InlineData(0, 3, "012")]
    [InlineData(4, 2, "45")]
    [InlineData(8, 10, "89")]
    [InlineData(10, 1, "")]
    [InlineData(3, null, "3456789")]
    public async Task OpenRead_WhenRangeIsGiven_ReturnsRange(long offset, int? length, string expected)
    {
        await PutAsync("digits", "0123456789");

        byte[] bytes = await ReadAsync(await Backend.OpenReadAsync("digits", offset, length));

        Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public async Task List_WhenRecursive_ReturnsKeysAndLengths()
    {
        await PutAsync("a/1", "x");
        await PutAsync("a/b/2", "xx");
        await PutAsync("ab", "xxx");
        await PutAsync(".repo/d", "xxxx");

        Assert.Equal([".repo/d=4", "a/1=1", "a/b/2=2", "ab=3"], await ListAsync("", recursive: true));
        Assert.Equal(["a/1=1", "a/b/2=2"], await ListAsync("a/", recursive: true));
        Assert.Equal(["a/1=1", "a/b/2=2", "ab=3"], await ListAsync("a", recursive: true));
        Assert.Equal(["a/b/2=2"], await ListAsync("a/b", recursive: true));
        Assert.Equal(["a/b/2=2"], await ListAsync("a/b/2", recursive: true));
        Assert.Empty(await ListAsync("c", recursive: true));
        Assert.Empty(await ListAsync("c/d", recursive: true));
    }

    [Fact]
    public async Task List_WhenNotRecursive_ReportsFoldersOnce()
    {
        await PutAsync("id/claim-0001.json", "x");
        await PutAsync("id/0001/n/node.json", "xx");
        await PutAsync("id/0001/n/other", "xx");
        await PutAsync("id-2/claim-0001.json", "xxx");

        Assert.Equal(["id-2/=0", "id/=0"], await ListAsync("", recursive: false));
        Assert.Equal(["id/0001/=0", "id/claim-0001.json=1"], await ListAsync("id/", recursive: false));
        Assert.Equal(["id/claim-0001.json=1"], await ListAsync("id/claim-", recursive: false));
        Assert.Equal(["id-2/=0", "id/=0"], await ListAsync("id", recursive: false));
    }

    [Fact]
    public async Task List_WhenEmpty_ReturnsNothing() => Assert.Empty(await ListAsync("", recursive: true));

    [Fact]
    public async Task Delete_WhenPresent_FreesKey()
    {
        await PutAsync("a/name", "first");

        await Backend.DeleteAsync("a/name");

        Assert.Null(await Backend.OpenReadAsync("a/name"));
        Assert.Empty(await ListAsync("", recursive: true));
        Assert.True(await PutAsync("a/name", "second"));
    }

    [Fact]
    public async Task Delete_WhenAbsent_IsFine()
    {
        await Backend.DeleteAsync("a/name");
        await PutAsync("a/other", "x");
        await Backend.DeleteAsync("a/name");

        Assert.Equal("x", await GetAsync("a/other"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/absolute")]
    [InlineData("../outside")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("blank name")]
    [InlineData("nul\0")]
    [InlineData("ümlaut")]
    public async Task AnyCall_WhenKeyIsUnsafe_IsRefused(string key)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => PutAsync(key, "x"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Backend.OpenReadAsync(key));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Backend.DeleteAsync(key));
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("a b")]
    public async Task List_WhenPrefixIsUnsafe_IsRefused(string prefix) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Backend.ListAsync(prefix).ToListAsync());

    [Fact]
    public async Task Service_WhenItKeepsBackupsThere_GetsThemBack()
    {
        using var directory = new TemporaryDirectory();
        await using Database source = Database.Open(directory["source"]);
        Contents.Fill(source, "Book/s/objects", 2_000, seed: 1);
        await using var service = new BackupService(source, Backend);

        await service.CreateAsync(new BackupRequest("first"));
        Contents.Fill(source, "Author", 3, seed: 2);
        await service.CreateAsync(new BackupRequest("second"));

        await using Database target = Database.Open(directory["target"]);
        await using var other = new BackupService(target, Backend);
        Assert.Equal(["first", "second"], (await other.ListAsync()).Select(backup => backup.Id));
        await other.RestoreAsync(new RestoreRequest("second"));
        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    [Fact]
    public void Location_IsNeverEmpty()
    {
        Assert.NotEmpty(Backend.Location(""));
        Assert.EndsWith("a/b", Backend.Location("a/b"), StringComparison.Ordinal);
    }

    protected static async Task<byte[]> ReadAsync(Stream? stream)
    {
        Assert.NotNull(stream);
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    protected Task<bool> PutAsync(string key, string content) =>
        Backend.TryPutAsync(key, ObjectContent.FromBytes(Encoding.UTF8.GetBytes(content)));

    private static uint Crc32COf(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C);

    private async Task<string> GetAsync(string key) => Encoding.UTF8.GetString(await ReadAsync(await Backend.OpenReadAsync(key)));

    private async Task<IEnumerable<string>> ListAsync(string prefix, bool recursive)
    {
        List<BackendEntry> entries = await Backend.ListAsync(prefix, recursive).ToListAsync();
        return entries.Select(entry => $"{entry.Key}={entry.Length}").Order(StringComparer.Ordinal);
    }
}
