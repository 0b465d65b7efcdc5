using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.7: request, answer and state of a restore.</summary>
public sealed class RestoreRequestTests : IAsyncLifetime
{
    private const string Restore = Location + "/done/restore";

    private static readonly string[] Progress = ["bytesDone", "bytesReused", "bytesTotal", "etaSeconds", "filesDone", "filesTotal", "rate"];

    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await Client.CreateClassAsync("Book", 2);
        await Client.CreateClassAsync("Author", 2);
        await Client.BackUpAsync("done");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("body empty object", "{}", "Author Book")]
    [InlineData("include and exclude empty", """{"include":[],"exclude":[]}""", "Author Book")]
    [InlineData("everything null", """{"include":null,"exclude":null,"config":null,"node_mapping":null,"overwriteAlias":null}""", "Author Book")]
    [InlineData("include of a name", """{"include":["Book"]}""", "Book")]
    [InlineData("include with a small first letter", """{"include":["author"]}""", "Author")]
    [InlineData("include pattern", """{"include":["?ook"]}""", "Book")]
    [InlineData("exclude of a name", """{"exclude":["Book"]}""", "Author")]
    [InlineData("exclude pattern", """{"exclude":["B*"]}""", "Author")]
    [InlineData("exclude of an unknown name", """{"exclude":["Nope"]}""", "Author Book")]
    [InlineData("node_mapping", """{"node_mapping":{"node1":"node2"}}""", "Author Book")]
    [InlineData("overwriteAlias false", """{"overwriteAlias":false}""", "Author Book")]
    [InlineData("overwriteAlias true", """{"overwriteAlias":true}""", "Author Book")]
    [InlineData("config empty", """{"config":{}}""", "Author Book")]
    [InlineData("config CPUPercentage", """{"config":{"CPUPercentage":80}}""", "Author Book")]
    [InlineData("config Bucket, Path, Endpoint", """{"config":{"Bucket":"","Path":"","Endpoint":"x"}}""", "Author Book")]
    [InlineData("config noRestore", """{"config":{"rolesOptions":"noRestore","usersOptions":"noRestore"}}""", "Author Book")]
    [InlineData("config all", """{"config":{"rolesOptions":"all","usersOptions":"all"}}""", "Author Book")]
    [InlineData("members unknown", """{"id":"done","unknown":1,"config":{"unknown":[]}}""", "Author Book")]
    public async Task Restore_1_7_MemberAsItMayBe_IsAcceptedAndTakesTheClassesMeant(string row, string body, string classes)
    {
        ApiResponse answer = await Client.PostAsync(Restore, body);

        Assert.True(answer.Status == 200, $"{row}: {answer.Text}");
        Assert.Equal(classes, string.Join(' ', answer.Json.GetProperty("classes").EnumerateArray()));
        await Client.EndOfAsync(Restore, "SUCCESS");
        JsonElement schema = (await Client.GetAsync("/v1/schema")).Expect(200).Json;
        Assert.Equal(classes, string.Join(' ', schema.GetProperty("classes").EnumerateArray().Select(item => item.GetProperty("class").GetString())));
    }

    [Theory]
    [InlineData("include no array", """{"include":"Book"}""", 601, "include in body must be of type array")]
    [InlineData("exclude of numbers", """{"exclude":[1]}""", 601, "exclude.0 in body must be of type string")]
    [InlineData("node_mapping no object", """{"node_mapping":[]}""", 601, "node_mapping in body must be of type object")]
    [InlineData("overwriteAlias text", """{"overwriteAlias":"yes"}""", 601, "overwriteAlias in body must be of type boolean")]
    [InlineData("config no object", """{"config":[]}""", 601, "config in body must be of type object")]
    [InlineData("config CPUPercentage 81", """{"config":{"CPUPercentage":81}}""", 608, "config.CPUPercentage")]
    [InlineData("config CPUPercentage -1", """{"config":{"CPUPercentage":-1}}""", 609, "config.CPUPercentage")]
    [InlineData("config rolesOptions", """{"config":{"rolesOptions":"some"}}""", 606, "config.rolesOptions in body should be one of [noRestore all]")]
    [InlineData("config usersOptions", """{"config":{"usersOptions":"none"}}""", 606, "config.usersOptions in body should be one of [noRestore all]")]
    [InlineData("config Path number", """{"config":{"Path":1}}""", 601, "config.Path in body must be of type string")]
    public Task Restore_1_7_MemberThatBreaksItsRule_IsRefused(string row, string body, int code, string part) =>
        Client.ExpectRefusalAsync(row, "POST", Restore, body, 422, code, part);

    [Fact]
    public async Task Restore_1_7_AnswersWithExactlyTheFiveMembers()
    {
        JsonElement answer = (await Client.PostAsync(Restore, "{}")).Expect(200).Json;

        ExpectMembers(answer, ["backend", "classes", "id", "path", "status"]);
        Assert.Equal("done", answer.GetProperty("id").GetString());
        Assert.Equal("filesystem", answer.GetProperty("backend").GetString());
        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        Assert.Equal(Path.Combine(_server.BackupPath, "done"), answer.GetProperty("path").GetString());
        await Client.EndOfAsync(Restore, "SUCCESS");
    }

    [Fact]
    public async Task RestoreStatus_1_7_OfSuccess_HasNeitherTimesNorClassesNorError()
    {
        JsonElement status = await Client.RestoreAsync("done");

        ExpectMembers(status, ["backend", "id", "path", "status"], Progress);
        Assert.Equal("done", status.GetProperty("id").GetString());
        Assert.Equal("filesystem", status.GetProperty("backend").GetString());
        Assert.Equal(Path.Combine(_server.BackupPath, "done"), status.GetProperty("path").GetString());
    }

    [Fact]
    public async Task RestoreStatus_1_7_OfFailure_HasTheReason()
    {
        await Client.CreateClassAsync("Book", 1);

        (await Client.PostAsync(Restore, "{}")).Expect(200);
        JsonElement status = await Client.EndOfAsync(Restore, "FAILED");

        ExpectMembers(status, ["backend", "error", "id", "path", "status"], Progress);
    }

    [Theory]
    [InlineData("never restored", Location + "/done/restore", 404, "done")]
    [InlineData("no such backup", Location + "/nope/restore", 404, "nope")]
    [InlineData("id that no backup may have", Location + "/NOPE/restore", 404, "NOPE")]
    [InlineData("unknown backend", "/v1/backups/minio/done/restore", 422, "no backup provider \"minio\"")]
    public Task RestoreStatus_1_7_OfWhatIsNotThere_IsRefused(string row, string path, int status, string part) =>
        Client.ExpectRefusalAsync(row, "GET", path, null, status, Handler, part);

    [Fact]
    public async Task RestoreStatus_1_7_AfterARestart_IsKept()
    {
        await Client.RestoreAsync("done");

        await _server.RestartAsync();

        JsonElement status = (await Client.GetAsync(Restore)).Expect(200).Json;
        ExpectMembers(status, ["backend", "id", "path", "status"], Progress);
        Assert.Equal("SUCCESS", status.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("{}", "Two")]
    [InlineData("""{"overwriteAlias":false}""", "Two")]
    [InlineData("""{"overwriteAlias":true}""", "One")]
    public async Task Restore_1_7_OverwriteAlias_DecidesWhereATakenAliasPoints(string body, string expected)
    {
        await Client.CreateClassAsync("One", 1);
        await Client.CreateClassAsync("Two", 1);
        (await Client.PostAsync("/v1/aliases", """{"alias":"Main","class":"One"}""")).Expect(200);
        await Client.BackUpAsync("b1", ""","include":["One"]""");
        await Client.DeleteAsync("/v1/schema/One");
        (await Client.PostAsync("/v1/aliases", """{"alias":"Main","class":"Two"}""")).Expect(200);

        await Client.RestoreAsync("b1", body);

        string aliases = $$"""{"aliases":[{"alias":"Main","class":"{{expected}}"}]}""";
        Assert.Equal(aliases, (await Client.GetAsync("/v1/aliases")).Expect(200).Text);
        await _server.RestartAsync();
        Assert.Equal(aliases, (await Client.GetAsync("/v1/aliases")).Expect(200).Text);
    }
}
