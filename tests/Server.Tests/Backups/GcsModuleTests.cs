using System.Text.Json;
using Basalt.Backup.Gcs;
using Basalt.Backup.Tests.Support.Gcs;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Backups;

/// <summary>Backups over REST on a server that speaks the JSON API of Google Cloud Storage.</summary>
public sealed class GcsModuleTests : IAsyncLifetime
{
    private const string Backups = "/v1/backups/gcs";

    private FakeGcs _store = null!;
    private GcsBackendOptions _options = null!;

    public async Task InitializeAsync()
    {
        _store = await FakeGcs.StartAsync();
        _options = new GcsBackendOptions { Bucket = _store.Bucket, Path = "wv", Endpoint = _store.Endpoint, UseAuthentication = false };
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Backup_ToABucket_IsListedAndRestoredAfterARestart()
    {
        await using TestServer server = await StartAsync(_options);
        await server.Client.CreateClassAsync("Book", 50);
        SortedDictionary<string, string> objects = await server.Client.ReadObjectsAsync("Book");

        JsonElement started = (await server.Client.PostAsync(Backups, """{"id":"b1"}""")).Expect(200).Json;
        await server.Client.EndOfAsync($"{Backups}/b1", "SUCCESS");
        await server.RestartAsync();

        Assert.Equal("gs://shelf/wv/b1", started.GetProperty("path").GetString());
        Assert.All(_store.Names, name => Assert.StartsWith("wv/", name, StringComparison.Ordinal));
        Assert.Equal("b1", Assert.Single((await server.Client.GetAsync(Backups)).Expect(200).Json.EnumerateArray()).GetProperty("id").GetString());
        await server.Client.DeleteAsync("/v1/schema/Book");
        (await server.Client.PostAsync("/v1/backups/backup-gcs/b1/restore", "{}")).Expect(200);
        await server.Client.EndOfAsync($"{Backups}/b1/restore", "SUCCESS");
        Assert.Equal(objects, await server.Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Meta_ShowsThePlace()
    {
        await using TestServer server = await StartAsync(_options);

        JsonElement module = (await server.Client.GetAsync("/v1/meta")).Expect(200).Json.GetProperty("modules").GetProperty("backup-gcs");

        Assert.Equal(("shelf", "wv"), (module.GetProperty("bucketName").GetString(), module.GetProperty("rootName").GetString()));
    }

    [Fact]
    public async Task Backup_WithAnotherPathOrBucket_LivesThereIfTheOperatorOpenedIt()
    {
        await using TestServer server = await StartAsync(_options);
        await server.Client.CreateClassAsync("Book", 5);

        (await server.Client.PostAsync(Backups, """{"id":"b1","config":{"Path":"elsewhere"}}""")).Expect(200);
        await server.Client.EndOfAsync($"{Backups}/b1?path=elsewhere", "SUCCESS");

        (await server.Client.GetAsync($"{Backups}/b1")).ExpectHandlerError(404, "b1");
        (await server.Client.GetAsync($"{Backups}/b1?bucket=private")).ExpectHandlerError(422, "'private'", "BASALT_BACKUP_OVERRIDE_BUCKETS");
    }

    [Fact]
    public async Task Backup_WhenTheBucketIsMissing_FailsTheRequestWithTheCause()
    {
        await using TestServer server = await StartAsync(_options with { Bucket = "no-such-bucket" });
        await server.Client.CreateClassAsync("Book", 1);

        (await server.Client.PostAsync(Backups, """{"id":"b1"}""")).ExpectHandlerError(500, "init uploader", "Create the bucket", "no-such-bucket");
    }

    private static Task<TestServer> StartAsync(GcsBackendOptions options) =>
        TestServer.StartAsync(settings => settings with { GcsBackup = options, FileSystemBackupPath = null });
}
