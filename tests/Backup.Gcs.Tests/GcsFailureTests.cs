using System.Net;
using System.Net.Sockets;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Gcs;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>What answers of the server mean to the layer above.</summary>
public sealed class GcsFailureTests : IAsyncLifetime
{
    private static readonly ObjectContent OneByte = ObjectContent.FromBytes(new byte[] { 1 });

    private FakeGcs _server = null!;
    private GcsBackendOptions _options = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGcs.StartAsync();
        _options = new GcsBackendOptions { Bucket = _server.Bucket, Path = "wv", Endpoint = _server.Endpoint, UseAuthentication = false };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(FakeFault.Unavailable, true, true, "503 backendError")]
    [InlineData(FakeFault.TooMany, true, true, "429 rateLimitExceeded")]
    [InlineData(FakeFault.TokenRefused, false, false, "GOOGLE_APPLICATION_CREDENTIALS")]
    [InlineData(FakeFault.SessionGone, false, false, "410 gone")]
    [InlineData(FakeFault.BrokenBefore, true, false, "127.0.0.1")]
    [InlineData(FakeFault.BrokenAfter, true, false, "127.0.0.1")]
    public async Task AnyCall_WhenTheServerFails_TellsWhatAndWhetherItMayPass(FakeFault fault, bool isTransient, bool isThrottled, string part)
    {
        using var backend = new GcsBackend(_options);
        _server.Disturb = _ => fault;

        foreach (Func<Task> call in Calls(backend))
        {
            var failure = await Assert.ThrowsAsync<BackupBackendException>(call);

            Assert.Equal((isTransient, isThrottled, "a/b"), (failure.IsTransient, failure.IsThrottled, failure.ObjectKey));
            Assert.Contains("gs://shelf/wv/a/b", failure.Message, StringComparison.Ordinal);
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnyCall_WhenTheBucketIsMissing_SaysSoAndIsNotRepeated()
    {
        using var backend = new GcsBackend(_options with { Bucket = "no-such-bucket" });

        foreach (Func<Task> call in Calls(backend))
        {
            var failure = await Assert.ThrowsAsync<BackupBackendException>(call);

            Assert.False(failure.IsTransient);
            Assert.Contains("Create the bucket", failure.Message, StringComparison.Ordinal);
            Assert.Contains("gs://no-such-bucket/wv/a/b", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnyCall_WhenNobodyListens_NamesTheEndpoint()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        using var backend = new GcsBackend(_options with { Endpoint = new Uri($"http://{endpoint}") });

        foreach (Func<Task> call in Calls(backend))
        {
            var failure = await Assert.ThrowsAsync<BackupBackendException>(call);

            Assert.True(failure.IsTransient);
            Assert.Contains($"'{endpoint}'", failure.Message, StringComparison.Ordinal);
        }
    }

    private static Func<Task>[] Calls(GcsBackend backend) =>
    [
        () => backend.TryPutAsync("a/b", OneByte),
        () => backend.OpenReadAsync("a/b"),
        () => backend.ListAsync("a/b").ToListAsync(),
        () => backend.DeleteAsync("a/b"),
    ];
}
