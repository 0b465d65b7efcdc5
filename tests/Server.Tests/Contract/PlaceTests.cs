using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.12: the path of a backup, its documents, and requests that name another place.</summary>
public sealed class PlaceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await Client.CreateClassAsync("Book", 2);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Path_1_12_IsTheAbsoluteFolderOfTheBackupInEveryAnswer()
    {
        string expected = Path.Combine(_server.BackupPath, "b1");

        JsonElement created = (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200).Json;
        JsonElement status = await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
        await Client.DeleteAsync("/v1/schema/Book");
        JsonElement restored = (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200).Json;
        JsonElement restoreStatus = await Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        Assert.True(Path.IsPathFullyQualified(expected));
        Assert.All([created, status, restored, restoreStatus], answer => Assert.Equal(expected, answer.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Path_1_12_TheBackupsDocumentLiesInIt()
    {
        await Client.BackUpAsync("b1");

        JsonElement document = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(_server.BackupPath, "b1", "backup_config.json")));

        Assert.Equal("b1", document.GetProperty("id").GetString());
        Assert.Equal("SUCCESS", document.GetProperty("status").GetString());
        Assert.Equal("node1", document.GetProperty("leader").GetString());
        Assert.Equal("""["Book"]""", document.GetProperty("nodes").GetProperty("node1").GetProperty("classes").GetRawText());
        Assert.All(
            (string[])["startedAt", "completedAt", "version", "serverVersion", "node_mapping", "preCompressionSizeBytes", "compressionType", "error"],
            member => Assert.True(document.TryGetProperty(member, out _), member));
    }

    [Theory]
    [InlineData("Path", "path")]
    [InlineData("path", "path")]
    public async Task Path_1_12_AnOverrideReplacesTheConfiguredOneAndHasToBeRepeated(string member, string parameter)
    {
        string other = Path.Combine(_server.BackupPath, "other");
        string config = $$"""{"{{member}}":{{JsonSerializer.Serialize(other)}}}""";
        string query = $"?{parameter}={Uri.EscapeDataString(other)}";

        JsonElement created = (await Client.PostAsync(Location, $$"""{"id":"b1","config":{{config}}}""")).Expect(200).Json;
        JsonElement status = await Client.EndOfAsync($"{Location}/b1{query}", "SUCCESS");

        Assert.All([created, status], answer => Assert.Equal(Path.Combine(other, "b1"), answer.GetProperty("path").GetString()));
        (await Client.GetAsync($"{Location}/b1")).ExpectHandlerError(404, "b1");
        (await Client.DeleteAsync($"{Location}/b1")).ExpectEmpty(204);
        (await Client.DeleteAsync($"{Location}/b1{query}")).ExpectHandlerError(422, "backup \"b1\" already succeeded");
        await Client.DeleteAsync("/v1/schema/Book");
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(404, "b1");
        (await Client.PostAsync($"{Location}/b1/restore", $$"""{"config":{{config}}}""")).Expect(200);
        JsonElement restored = await Client.EndOfAsync($"{Location}/b1/restore{query}", "SUCCESS");
        Assert.Equal(Path.Combine(other, "b1"), restored.GetProperty("path").GetString());
        (await Client.GetAsync($"{Location}/b1/restore")).ExpectHandlerError(404, "b1");
        (await Client.DeleteAsync($"{Location}/b1/restore")).ExpectEmpty(204);
        (await Client.DeleteAsync($"{Location}/b1/restore{query}")).ExpectHandlerError(422, "restore \"b1\" already succeeded");
    }

    [Fact]
    public async Task Path_1_12_ABucketChangesNothingOnAFileSystem()
    {
        (await Client.PostAsync(Location, """{"id":"b1","config":{"Bucket":"shelf"}}""")).Expect(200);

        JsonElement status = await Client.EndOfAsync($"{Location}/b1?bucket=shelf", "SUCCESS");

        Assert.Equal(Path.Combine(_server.BackupPath, "b1"), status.GetProperty("path").GetString());
        (await Client.GetAsync($"{Location}/b1")).Expect(200);
    }
}
