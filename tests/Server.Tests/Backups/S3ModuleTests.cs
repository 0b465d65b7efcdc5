using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Basalt.Backup.S3;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Backups;

/// <summary>Backups over REST on a real S3 server.</summary>
public sealed class S3ModuleTests : IAsyncLifetime
{
    private const string Backups = "/v1/backups/s3";

    private S3BackendOptions _options = null!;

    public async Task InitializeAsync()
    {
        RadosGateway gateway = await RadosGateway.SharedAsync;
        _options = new S3BackendOptions
        {
            Endpoint = gateway.Endpoint,
            UseSsl = false,
            Bucket = gateway.Bucket,
            Path = $"server/{Guid.NewGuid():N}",
            Credentials = new S3Credentials(gateway.AccessKey, gateway.SecretKey),
        };
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Backup_ToABucket_IsListedAndRestoredAfterARestart()
    {
        await using TestServer server = await StartAsync(_options);
        await server.Client.CreateClassAsync("Book", 50);
        SortedDictionary<string, string> objects = await server.Client.ReadObjectsAsync("Book");

        JsonElement started = (await server.Client.PostAsync(Backups, """{"id":"b1"}""")).Expect(200).Json;
        await server.Client.EndOfAsync($"{Backups}/b1", "SUCCESS");
        await server.RestartAsync();

        Assert.Equal($"s3://{_options.Bucket}/{_options.Path}/b1", started.GetProperty("path").GetString());
        Assert.Equal("b1", Assert.Single((await server.Client.GetAsync(Backups)).Expect(200).Json.EnumerateArray()).GetProperty("id").GetString());
        (await server.Client.PostAsync(Backups, """{"id":"b1"}""")).ExpectHandlerError(422, "b1", "already exists");
        await server.Client.DeleteAsync("/v1/schema/Book");
        (await server.Client.PostAsync("/v1/backups/backup-s3/b1/restore", "{}")).Expect(200);
        await server.Client.EndOfAsync($"{Backups}/b1/restore", "SUCCESS");
        Assert.Equal(objects, await server.Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Meta_ShowsThePlaceAndNoSecret()
    {
        await using TestServer server = await StartAsync(_options);

        ApiResponse meta = (await server.Client.GetAsync("/v1/meta")).Expect(200);

        JsonElement module = meta.Json.GetProperty("modules").GetProperty("backup-s3");
        Assert.Equal(_options.Bucket, module.GetProperty("bucketName").GetString());
        Assert.Equal(_options.Path, module.GetProperty("rootName").GetString());
        Assert.Equal(_options.Endpoint, module.GetProperty("endpoint").GetString());
        Assert.False(module.GetProperty("useSSL").GetBoolean());
        Assert.DoesNotContain(_options.Credentials!.SecretKey, meta.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WithAnotherPathOrBucket_LivesThereIfTheOperatorOpenedIt()
    {
        await using TestServer server = await StartAsync(_options);
        await server.Client.CreateClassAsync("Book", 5);
        string elsewhere = $"{_options.Path}-elsewhere";
        string config = JsonSerializer.Serialize(new { Bucket = _options.Bucket, Path = elsewhere });

        (await server.Client.PostAsync(Backups, $$"""{"id":"b1","config":{{config}}}""")).Expect(200);
        await server.Client.EndOfAsync($"{Backups}/b1?path={elsewhere}", "SUCCESS");

        (await server.Client.GetAsync($"{Backups}/b1")).ExpectHandlerError(404, "b1");
        (await server.Client.GetAsync($"{Backups}/b1?bucket=private")).ExpectHandlerError(422, "'private'", "BASALT_BACKUP_OVERRIDE_BUCKETS");
        (await server.Client.GetAsync($"{Backups}/b1?path=a/../b")).ExpectHandlerError(422, "'a/../b'");
        (await server.Client.GetAsync($"{Backups}/b1?path=a/.repo")).ExpectHandlerError(422, "'.repo'");
    }

    [Fact]
    public async Task Backup_WhenTheKeyOrTheBucketIsWrong_FailsTheRequestWithTheCause()
    {
        await using TestServer wrongKey = await StartAsync(_options with { Credentials = _options.Credentials! with { SecretKey = "NOTIT" } });
        await wrongKey.Client.CreateClassAsync("Book", 1);
        await using TestServer wrongBucket = await StartAsync(_options with { Bucket = "no-such-bucket" });
        await wrongBucket.Client.CreateClassAsync("Book", 1);

        ApiResponse refused = await wrongKey.Client.PostAsync(Backups, """{"id":"b1"}""");

        refused.ExpectHandlerError(500, "init uploader", "SignatureDoesNotMatch", _options.Bucket);
        Assert.DoesNotContain("NOTIT", refused.Text, StringComparison.Ordinal);
        (await wrongBucket.Client.PostAsync(Backups, """{"id":"b1"}""")).ExpectHandlerError(500, "NoSuchBucket", "no-such-bucket");
        (await wrongBucket.Client.GetAsync($"{Backups}/b1")).ExpectHandlerError(500, "NoSuchBucket");
    }

    [Fact]
    public async Task Server_WhenNobodyIsAtTheEndpoint_StartsAndFailsRequestsWithTheCause()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        string endpoint = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        probe.Stop();
        await using TestServer server = await StartAsync(_options with { Endpoint = endpoint });
        await server.Client.CreateClassAsync("Book", 1);

        (await server.Client.PostAsync(Backups, """{"id":"b1"}""")).ExpectHandlerError(500, "init uploader", endpoint);
        (await server.Client.GetAsync("/v1/.well-known/ready")).Expect(200);
    }

    private static Task<TestServer> StartAsync(S3BackendOptions options) =>
        TestServer.StartAsync(settings => settings with { S3Backup = options, FileSystemBackupPath = null });
}
