using System.Text;
using Basalt.Backup.Gcs.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>What the storage emulator of Firebase does right, and that it is found out where it does not.</summary>
public sealed class FirebaseTests : IAsyncLifetime, IDisposable
{
    private FirebaseEmulator _emulator = null!;
    private GcsBackend _backend = null!;

    public async Task InitializeAsync()
    {
        _emulator = await FirebaseEmulator.StartAsync();
        _backend = new GcsBackend(_emulator.Options);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _backend?.Dispose();
        _emulator?.Dispose();
    }

    [Fact]
    public async Task OpenRead_OfWhatWasPut_ReturnsBytesAndRanges()
    {
        byte[] large = new byte[3_000_001];
        new Random(1).NextBytes(large);

        Assert.True(await _backend.TryPutAsync("a/large", ObjectContent.FromBytes(large)));
        Assert.True(await _backend.TryPutAsync("a/digits", ObjectContent.FromBytes("0123456789"u8.ToArray())));

        Assert.Equal(large, await ReadAsync("a/large"));
        Assert.Equal("45", Encoding.ASCII.GetString(await ReadAsync("a/digits", 4, 2)));
        Assert.Equal("89", Encoding.ASCII.GetString(await ReadAsync("a/digits", 8)));
        Assert.Null(await _backend.OpenReadAsync("a/absent"));
    }

    [Fact]
    public async Task List_ReportsObjectsAndFolders()
    {
        foreach (string key in (string[])["id/claim-0001.json", "id/0001/n/node.json", "id-2/claim-0001.json"])
        {
            await _backend.TryPutAsync(key, ObjectContent.FromBytes(Encoding.UTF8.GetBytes(key)));
        }

        Assert.Equal(["id-2/", "id/"], await ListAsync("", recursive: false));
        Assert.Equal(["id/0001/", "id/claim-0001.json"], await ListAsync("id/", recursive: false));
        Assert.Equal(["id/0001/n/node.json", "id/claim-0001.json"], await ListAsync("id/", recursive: true));
    }

    [Fact]
    public async Task Delete_WhenPresentOrAbsent_LeavesNothing()
    {
        await _backend.TryPutAsync("a/name", ObjectContent.FromBytes(new byte[] { 1 }));

        await _backend.DeleteAsync("a/name");
        await _backend.DeleteAsync("a/name");

        Assert.Empty(await ListAsync("", recursive: true));
    }

    [Fact]
    public async Task Create_OnAStoreThatIgnoresConditions_FindsItOut()
    {
        using var directory = new TemporaryDirectory();
        await using Database source = Database.Open(directory["source"]);
        Contents.Fill(source, "Book", 100, seed: 1);
        await using var service = new BackupService(source, _backend);

        var failure = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("first")));

        Assert.Equal(BackupError.BackendFailure, failure.Error);
        Assert.Empty(await service.ListAsync());
    }

    private async Task<byte[]> ReadAsync(string key, long offset = 0, long? length = null)
    {
        await using Stream stream = (await _backend.OpenReadAsync(key, offset, length))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<IEnumerable<string>> ListAsync(string prefix, bool recursive) =>
        (await _backend.ListAsync(prefix, recursive).ToListAsync()).Select(entry => entry.Key).Order(StringComparer.Ordinal);
}
