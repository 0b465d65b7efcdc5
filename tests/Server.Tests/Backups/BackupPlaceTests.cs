using System.Text.Json;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Requests that name another place than the configured one.</summary>
public sealed class BackupPlaceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    private string Elsewhere => Path.Combine(_server.Scratch, "elsewhere");

    private string Query => $"?path={Uri.EscapeDataString(Elsewhere)}";

    public async Task InitializeAsync()
    {
        // The scratch folder lies beside the data.
        _server = await TestServer.StartAsync(settings => settings with
        {
            BackupOverrideRoots = [Path.Combine(Path.GetDirectoryName(settings.DataPath)!, "scratch")],
        });
        await Client.CreateClassAsync("Book", 10);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("Path", "Bucket")]
    [InlineData("path", "bucket")]
    public async Task Backup_WithAnotherPath_LivesThereAlone(string pathName, string bucketName)
    {
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        string config = JsonSerializer.Serialize(new Dictionary<string, string> { [pathName] = Elsewhere, [bucketName] = "shelf" });

        JsonElement started = (await Client.PostAsync(Location, $$"""{"id":"b1","config":{{config}}}""")).Expect(200).Json;
        await Client.EndOfAsync($"{Location}/b1{Query}", "SUCCESS");

        Assert.Equal(Path.Combine(Elsewhere, "b1"), started.GetProperty("path").GetString());
        Assert.Equal("shelf", started.GetProperty("bucket").GetString());
        Assert.True(Directory.Exists(Path.Combine(Elsewhere, "b1")));
        (await Client.GetAsync($"{Location}/b1")).ExpectHandlerError(404, "b1");
        Assert.Equal("[]", (await Client.GetAsync(Location + Query)).Expect(200).Text);
        (await Client.DeleteAsync($"{Location}/b1{Query}")).ExpectHandlerError(422, "already succeeded");
        await Client.DeleteAsync("/v1/schema/Book");
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(404, "b1");
        (await Client.PostAsync($"{Location}/b1/restore", $$"""{"config":{{config}}}""")).Expect(200);
        await Client.EndOfAsync($"{Location}/b1/restore{Query}", "SUCCESS");
        (await Client.GetAsync($"{Location}/b1/restore")).ExpectHandlerError(404, "b1");
        (await Client.DeleteAsync($"{Location}/b1/restore{Query}")).ExpectHandlerError(422, "already succeeded");
        Assert.Equal(objects, await Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Backup_BelowTheConfiguredPath_NeedsNoFurtherSetting()
    {
        string below = Path.Combine(_server.BackupPath, "tenant-a");

        (await Client.PostAsync(Location, $$$"""{"id":"b1","config":{"Path":{{{JsonSerializer.Serialize(below)}}}}}""")).Expect(200);

        await Client.EndOfAsync($"{Location}/b1?path={Uri.EscapeDataString(below)}", "SUCCESS");
        Assert.Equal("[]", (await Client.GetAsync(Location)).Expect(200).Text);
    }

    [Fact]
    public async Task Get_OfManyPlaces_KeepsNoneOfThemOpen()
    {
        for (int i = 0; i < 70; i++)
        {
            string query = $"?path={Uri.EscapeDataString(Path.Combine(_server.BackupPath, $"place-{i}"))}";
            (await Client.GetAsync($"{Location}/b1{query}")).ExpectHandlerError(404, "b1");
            (await Client.GetAsync($"{Location}/b1/restore{query}")).ExpectHandlerError(404, "b1");
        }

        string config = JsonSerializer.Serialize(new Dictionary<string, string> { ["Path"] = Elsewhere });
        (await Client.PostAsync(Location, $$"""{"id":"b1","config":{{config}}}""")).Expect(200);
        await Client.EndOfAsync($"{Location}/b1{Query}", "SUCCESS");
    }

    [Theory]
    [InlineData("relative/path", "absolute")]
    [InlineData("../up", "absolute")]
    [InlineData("/etc", "BASALT_BACKUP_OVERRIDE_ROOTS")]
    [InlineData("/", "BASALT_BACKUP_OVERRIDE_ROOTS")]
    [InlineData("{root}/../elsewhere", "'..'")]
    [InlineData("{root}/a/../../../etc", "'..'")]
    [InlineData("{root}/./a", "'.'")]
    [InlineData("{root}-other", "BASALT_BACKUP_OVERRIDE_ROOTS")]
    [InlineData("{root}/.repo", "dot")]
    [InlineData("{root}/link/a", "is a link")]
    [InlineData("{root}/done", "is the folder of a backup")]
    public async Task Path_ThatNobodyOpened_IsRefusedByEveryRequest(string path, string reason)
    {
        await Client.BackUpAsync("done");
        Directory.CreateSymbolicLink(Path.Combine(_server.BackupPath, "link"), _server.Scratch);
        string requested = path.Replace("{root}", _server.BackupPath, StringComparison.Ordinal);
        string config = $$"""{"config":{"Path":{{JsonSerializer.Serialize(requested)}}}""";
        string query = $"?path={Uri.EscapeDataString(requested)}";

        (await Client.PostAsync(Location, config + ""","id":"x"}""")).ExpectHandlerError(422, requested, reason);
        (await Client.PostAsync($"{Location}/x/restore", config + "}")).ExpectHandlerError(422, requested, reason);
        (await Client.GetAsync($"{Location}/x{query}")).ExpectHandlerError(422, requested, reason);
        (await Client.DeleteAsync($"{Location}/x{query}")).ExpectHandlerError(422, requested, reason);
        (await Client.GetAsync($"{Location}/x/restore{query}")).ExpectHandlerError(422, requested, reason);
        (await Client.DeleteAsync($"{Location}/x/restore{query}")).ExpectHandlerError(422, requested, reason);
    }
}
