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
    [InlineData("POST", Location, """{"id":"x","config":{"CPUPercentage":1.5}}""", 422, 601, "config.CPUPercentage")]
    [InlineData("POST", Location, """{"id":"x","config":[]}""", 422, 601, "config in body")]
    [InlineData("POST", Location, """{"id":"x","config":{"Path":1}}""", 422, 601, "config.Path")]
    [InlineData("POST", Location, """{"id":"x","exclude":[{}]}""", 422, 601, "exclude.0 in body")]
    [InlineData("POST", Location, """{"id":"x","includeUsers":"ann"}""", 422, 601, "includeUsers in body")]
    [InlineData("POST", Location, """{"id":"x","incremental_base_backup_id":[]}""", 422, 601, "incremental_base_backup_id in body")]
    [InlineData("GET", Location + "?order=up", "", 422, 606, "order in query")]
    [InlineData("POST", Location + "/done/restore", """{"config":{"CPUPercentage":81}}""", 422, 608, "config.CPUPercentage")]
    [InlineData("POST", Location + "/done/restore", """{"config":{"usersOptions":"none"}}""", 422, 606, "config.usersOptions")]
    [InlineData("POST", Location + "/done/restore", """{"node_mapping":[]}""", 422, 601, "node_mapping")]
    [InlineData("POST", Location + "/done/restore", "{", 400, 400, "parsing body")]
    [InlineData("POST", Location + "/done/restore", """{"config":{"rolesOptions":"some"}}""", 422, 606, "config.rolesOptions")]
    [InlineData("POST", Location + "/done/restore", """{"overwriteAlias":"yes"}""", 422, 601, "overwriteAlias")]
    public async Task Request_ThatBreaksTheDescription_IsRefusedByTheFramework(
        string method, string path, string body, int status, int code, string part)
    {
        ApiResponse answer = method == "GET" ? await Client.GetAsync(path) : await Client.SendAsync(new HttpMethod(method), path, body);

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
    [InlineData("POST", Location, """{"id":"done"}""", "backup \"done\" already exists at \"", "")]
    [InlineData("POST", Location, """{"id":"B1","include":["Book","Book"]}""", "invalid backup id: 'B1'", "")]
    [InlineData("POST", Location, """{"id":"x","incremental_base_backup_id":"B0"}""", "base backup id: invalid backup id: 'B0'", "")]
    [InlineData("POST", Location, """{"id":"x","incremental_base_backup_id":"nope"}""", "resolve base backup chain: ", "nope")]
    [InlineData("POST", Location, """{"id":"done","incremental_base_backup_id":"nope"}""", "backup \"done\" already exists at", "")]
    [InlineData("POST", Location, """{"id":"x","exclude":["*"]}""", "empty class list: please choose from : [Author Book]", "")]
    [InlineData("POST", Location, """{"id":"x","include":["z*"]}""", "empty class list: please choose from : [Author Book]", "")]
    [InlineData("POST", Location, """{"id":"x","exclude":["Book","book"]}""", "class list 'exclude' contains duplicate: Book", "")]
    [InlineData("POST", Location, """{"id":"x","include":["Nope","Nada"]}""", "class Nope doesn't exist", "class Nada doesn't exist")]
    [InlineData("POST", Location, """{"id":"x","includeUsers":["ann"]}""", "'includeUsers'", "'ann'")]
    [InlineData("POST", Location, """{"id":"x","includeRoles":["admin"]}""", "'includeRoles'", "'admin'")]
    [InlineData("POST", Location + "/done/restore", """{"include":["Book"],"exclude":["Author"]}""", "'include' and 'exclude' cannot both contain values", "")]
    [InlineData("POST", Location + "/nope/restore", """{"include":["Book","Book"]}""", "class list 'include' contains duplicate: Book", "")]
    [InlineData("POST", Location + "/done/restore", """{"include":["z?"]}""", "nothing left to restore: please choose from : [Author Book]", "")]
    [InlineData("DELETE", Location + "/B1/restore", null, "invalid backup id: 'B1'", "lowercase")]
    [InlineData("DELETE", "/v1/backups/minio/x/restore", null, "no backup provider \"minio\"", "did you enable the right module?")]
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
    public async Task Create_OnItself_IsAFaultByContract() =>
        (await Client.PostAsync("/v1/backups/minio", """{"id":"x","incremental_base_backup_id":"x"}"""))
            .ExpectHandlerError(500, "base backup cannot be the same", "x");

    [Theory]
    [InlineData("""{"id":"all","include":null,"exclude":null,"config":null,"incremental_base_backup_id":null}""", "Author Book")]
    [InlineData("""{"id":"all","include":[],"exclude":[],"includeUsers":[],"includeRoles":null,"unknown":{}}""", "Author Book")]
    [InlineData("""{"id":"all","incremental_base_backup_id":"done"}""", "Author Book")]
    [InlineData("""{"id":"all","incremental_base_backup_id":""}""", "Author Book")]
    [InlineData("""{"id":"all","include":["*o*"]}""", "Author Book")]
    [InlineData("""{"id":"all","include":["B*","Book"]}""", "Book")]
    [InlineData("""{"id":"all","include":["?uthor"]}""", "Author")]
    [InlineData("""{"id":"all","exclude":["B??k","Nope"]}""", "Author")]
    [InlineData("""{"id":"all","config":{"CPUPercentage":0,"ChunkSize":1,"CompressionLevel":"","Endpoint":"x"}}""", "Author Book")]
    [InlineData("""{"id":"all","config":{"CPUPercentage":80,"CompressionLevel":"ZstdBestSpeed","Bucket":"","Path":""}}""", "Author Book")]
    public async Task Create_AsClientsAskForIt_TakesTheClassesMeant(string body, string classes)
    {
        ApiResponse answer = (await Client.PostAsync(Location, body)).Expect(200);

        Assert.Equal(classes, string.Join(' ', answer.Json.GetProperty("classes").EnumerateArray()));
        await Client.EndOfAsync($"{Location}/all", "SUCCESS");
    }

    [Theory]
    [InlineData("""{"include":[],"exclude":[],"config":{"CPUPercentage":50,"rolesOptions":"noRestore","usersOptions":"all"}}""", "Author Book")]
    [InlineData("""{"node_mapping":{"node1":"node2"},"overwriteAlias":true,"include":["Boo?"]}""", "Book")]
    [InlineData("""{"exclude":["B*"],"config":null,"node_mapping":null,"overwriteAlias":null}""", "Author")]
    public async Task Restore_AsClientsAskForIt_TakesTheClassesMeant(string body, string classes)
    {
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");

        ApiResponse answer = (await Client.PostAsync($"{Location}/done/restore", body)).Expect(200);

        Assert.Equal(classes, string.Join(' ', answer.Json.GetProperty("classes").EnumerateArray()));
        await Client.EndOfAsync($"{Location}/done/restore", "SUCCESS");
    }

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
