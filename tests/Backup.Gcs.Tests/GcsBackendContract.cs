using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Gcs;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>The contract of backends on the fake, in pages of a few objects.</summary>
public abstract class GcsBackendContract : BackendContract, IAsyncLifetime, IDisposable
{
    private FakeGcs _server = null!;
    private GcsBackend _backend = null!;

    protected override IBackupBackend Backend => _backend;

    protected abstract long ResumableThresholdBytes { get; }

    public async Task InitializeAsync()
    {
        _server = await FakeGcs.StartAsync();
        _server.PageSize = 3;
        _backend = new GcsBackend(new GcsBackendOptions
        {
            Bucket = _server.Bucket,
            Path = "wv/deep",
            Endpoint = _server.Endpoint,
            UseAuthentication = false,
            ResumableThresholdBytes = ResumableThresholdBytes,
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _backend?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task At_AnotherPath_IsAnotherRepository()
    {
        GcsBackend other = _backend.At(_server.Bucket, "wv/deep/er");
        await PutAsync("a", "outer");

        Assert.True(await other.TryPutAsync("a", ObjectContent.FromBytes("inner"u8.ToArray())));

        Assert.Equal("outer"u8.ToArray(), await ReadAsync(await Backend.OpenReadAsync("a")));
        Assert.Equal("inner"u8.ToArray(), await ReadAsync(await Backend.OpenReadAsync("er/a")));
        Assert.Equal($"gs://{_server.Bucket}/wv/deep/er/a", other.Location("a"));
    }
}
