using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Every refusal of the contract that does not need an operation in progress.</summary>
public sealed class BackupErrorTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await Client.CreateClassAsync("Book", 2);
        await Client.CreateClassAsync("Author", 2);
        await Client.BackUpAsync("done");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("POST", Location, "{", 400, 400, "parsing body")]
    [InlineData("POST", Location, "", 422, 602, "body")]
    [InlineData("POST", Location, "[]", 422, 601, "object")]
    [InlineData("POST", Location, """{"id":7}""", 422, 601, "id in body")]
    [InlineData("POST", Location, """{"id":"x","include":"Book"}""", 422, 601, "include in body")]
    [InlineData("POST", Location, """{"id":"x","include":["Book",1]}""", 422, 601, "include.1 in body")]
    [InlineData("POST", Location, """{"id":"x","config":{"CPUPercentage":100}}""", 422, 608, "config.CPUPercentage")]
    [InlineData("POST", Location, """{"id":"x","config":{"CPUPercentage":-1}}""", 422, 609, "config.CPUPercentage")]
    [InlineData("POST", Location, """{"id":"x","config":{"CPUPercentage":"fast"}}""", 422, 601, "config.CPUPercentage")]
    [InlineData("POST", Location, """{"id":"x","config":{"CompressionLevel":"Best"}}""", 422, 606, "config.CompressionLevel")]
    [InlineData("POST", "/v1/backups/s3", """{"id":"x","config":{"CPUPercentage":81}}""", 422, 608, "config.CPUPercentage")]
    [InlineData("POST", Location + "/done/restore", """{"config":{"rolesOptions":"some"}}""", 422, 606, "config.rolesOptions")]
    [InlineData("POST", Location + "/done/restore", """{"overwriteAlias":"yes"}""", 422, 601, "overwriteAlias")]
    public async Task Request_ThatBreaksTheDescription_IsRefusedByTheFramework(
        string method, string path, string body, int status, int code, string part)
    {
        ApiResponse answer = await Client.SendAsync(new HttpMethod(method), path, body);

        answer.ExpectFrameworkError(status, code, part);
    }

    [Theory]
    [InlineData("POST", "/v1/backups/minio", """{"id":"x"}""", "no backup backend \"minio\"", "did you enable the right module?")]
    [InlineData("GET", "/v1/backups/minio", null, "no backup provider \"minio\"", "did you enable the right module?")]
    [InlineData("GET", "/v1/backups/minio/x", null, "no backup provider \"minio\"", "did you enable the right module?")]
    [InlineData("DELETE", "/v1/backups/minio/x", null, "no backup provider \"minio\"", "did you enable the right module?")]
    [InlineData("POST", "/v1/backups/minio/x/restore", "{}", "no backup backend \"minio\"", "did you enable the right module?")]
    [InlineData("GET", "/v1/backups/minio/x/restore", null, "no backup provider \"minio\"", "did you enable the right module?")]
    [InlineData("POST", Location, """{"id":"B1"}""", "invalid backup id: 'B1'", "lowercase")]
    [InlineData("POST", Location, "{}", "invalid backup id: ''", "lowercase")]
    [InlineData("POST", Location, """{"id":"../etc"}""", "invalid backup id: '../etc'", "lowercase")]
    [InlineData("DELETE", Location + "/B1", null, "invalid backup id: 'B1'", "lowercase")]
    [InlineData("POST", Location, """{"id":"x","include":["Book"],"exclude":["Author"]}""", "'include' and 'exclude' cannot both contain values", "malformed")]
    [InlineData("POST", Location, """{"id":"x","include":["Book","Book"]}""", "class list 'include' contains duplicate: Book", "")]
    [InlineData("POST", Location, """{"id":"x","include":["Book","Nope"]}""", "class Nope doesn't exist", "")]
    [InlineData("POST", Location, """{"id":"x","exclude":["Book","Author"]}""", "empty class list: please choose from : [Author Book]", "")]
    [InlineData("POST", Location, """{"id":"done"}""", "'done' already exists at", "")]
    [InlineData("POST", Location, """{"id":"x","config":{"Path":"/elsewhere"}}""", "/elsewhere", "configured place")]
    [InlineData("DELETE", Location + "/done", null, "backup \"done\" already succeeded", "")]
    [InlineData("POST", Location + "/done/restore", """{"include":["Nope"]}""", "class Nope doesn't exist in the backup, but does have [Author Book]", "")]
    [InlineData("POST", Location + "/done/restore", """{"exclude":["Book","Author"]}""", "nothing left to restore: please choose from : [Author Book]", "")]
    public async Task Request_ThatCannotBeDone_IsUnprocessable(string method, string path, string? body, string part, string otherPart)
    {
        ApiResponse answer = body is null
            ? await Client.SendAsync(new HttpMethod(method), path)
            : await Client.SendAsync(new HttpMethod(method), path, body);

        answer.ExpectHandlerError(422, part, otherPart);
    }

    [Theory]
    [InlineData("GET", Location + "/nope")]
    [InlineData("GET", Location + "/nope/restore")]
    [InlineData("GET", Location + "/done/restore")]
    [InlineData("POST", Location + "/nope/restore")]
    [InlineData("POST", Location + "/NOPE/restore")]
    public async Task Request_ForWhatIsNotThere_IsNotFoundAndNamesTheId(string method, string path)
    {
        ApiResponse answer = method == "GET" ? await Client.GetAsync(path) : await Client.PostAsync(path, "{}");

        answer.ExpectHandlerError(404, path.Split('/')[4]);
    }

    [Theory]
    [InlineData(Location + "/nope")]
    [InlineData(Location + "/nope/restore")]
    [InlineData(Location + "/done/restore")]
    public async Task Cancel_OfWhatDoesNotRun_DoesNothing(string path) => (await Client.DeleteAsync(path)).ExpectEmpty(204);

    [Fact]
    public async Task Create_WithoutAnyClass_SaysSo()
    {
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");

        (await Client.PostAsync(Location, """{"id":"x"}""")).ExpectHandlerError(422, "no available classes to backup");
    }

    [Fact]
    public async Task Create_WhenTheStoreCannotBeWritten_AnswersWithItsErrorAndLeavesTheIdFree()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with
        {
            // A file where a directory should be: the store can be neither written nor read.
            FileSystemBackupPath = Directory.CreateDirectory(Path.Combine(settings.DataPath, "..", "blocked")).FullName,
        });
        await server.Client.CreateClassAsync("Book", 1);
        string blocked = Path.Combine(Path.GetDirectoryName(server.BackupPath)!, "blocked");
        Directory.Delete(blocked);
        await File.WriteAllTextAsync(blocked, "");

        ApiResponse answer = await server.Client.PostAsync(Location, """{"id":"x"}""");

        answer.ExpectHandlerError(500, "x", blocked);
        File.Delete(blocked);
        await server.Client.BackUpAsync("x");
    }

    [Fact]
    public async Task Backups_WhenTheModuleIsOff_AreRefused()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { FileSystemBackupPath = null });

        (await server.Client.PostAsync(Location, """{"id":"x"}""")).ExpectHandlerError(422, "\"filesystem\"", "did you enable the right module?");
        Assert.Equal("{}", (await server.Client.GetAsync("/v1/meta")).Json.GetProperty("modules").GetRawText());
    }
}
