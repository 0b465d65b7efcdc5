using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.7: request, answer and state of a restore.</summary>
public sealed class RestoreRequestTests(ContractServer shared) : IClassFixture<ContractServer>, IAsyncLifetime
{
    private const string Restore = Location + "/done/restore";

    private static readonly string[] Progress = ["bytesDone", "bytesReused", "bytesTotal", "etaSeconds", "filesDone", "filesTotal", "rate"];

    private ApiClient Client => shared.Client;

    public async Task InitializeAsync()
    {
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");
    }

    public Task DisposeAsync() => Task.CompletedTask;

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

    [Fact]
    public async Task Restore_1_7_AnswersWithExactlyTheFiveMembers()
    {
        JsonElement answer = (await Client.PostAsync(Restore, "{}")).Expect(200).Json;

        ExpectMembers(answer, ["backend", "classes", "id", "path", "status"]);
        Assert.Equal("done", answer.GetProperty("id").GetString());
        Assert.Equal("filesystem", answer.GetProperty("backend").GetString());
        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        Assert.Equal(Path.Combine(shared.Server.BackupPath, "done"), answer.GetProperty("path").GetString());
        await Client.EndOfAsync(Restore, "SUCCESS");
    }

    [Fact]
    public async Task RestoreStatus_1_7_OfSuccess_HasNeitherTimesNorClassesNorError()
    {
        JsonElement status = await Client.RestoreAsync("done");

        ExpectMembers(status, ["backend", "id", "path", "status"], Progress);
        Assert.Equal("done", status.GetProperty("id").GetString());
        Assert.Equal("filesystem", status.GetProperty("backend").GetString());
        Assert.Equal(Path.Combine(shared.Server.BackupPath, "done"), status.GetProperty("path").GetString());
    }

    [Fact]
    public async Task RestoreStatus_1_7_OfFailure_HasTheReason()
    {
        await Client.CreateClassAsync("Book", 1);

        (await Client.PostAsync(Restore, "{}")).Expect(200);
        JsonElement status = await Client.EndOfAsync(Restore, "FAILED");

        ExpectMembers(status, ["backend", "error", "id", "path", "status"], Progress);
    }

    [Fact]
    public async Task RestoreStatus_1_7_AfterARestart_IsKept()
    {
        await Client.RestoreAsync("done");

        await shared.Server.RestartAsync();

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
        await using TestServer server = await TestServer.StartAsync();
        ApiClient client = server.Client;
        await client.CreateClassAsync("One", 1);
        await client.CreateClassAsync("Two", 1);
        (await client.PostAsync("/v1/aliases", """{"alias":"Main","class":"One"}""")).Expect(200);
        await client.BackUpAsync("b1", ""","include":["One"]""");
        await client.DeleteAsync("/v1/schema/One");
        (await client.PostAsync("/v1/aliases", """{"alias":"Main","class":"Two"}""")).Expect(200);

        await client.RestoreAsync("b1", body);

        string aliases = $$"""{"aliases":[{"alias":"Main","class":"{{expected}}"}]}""";
        Assert.Equal(aliases, (await client.GetAsync("/v1/aliases")).Expect(200).Text);
        await server.RestartAsync();
        Assert.Equal(aliases, (await server.Client.GetAsync("/v1/aliases")).Expect(200).Text);
    }
}
