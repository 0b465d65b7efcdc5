using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 10: what implementations trip over. The index says where the other rows are tested.</summary>
public sealed class TrapTests : IAsyncLifetime
{
    private static readonly string Id = ObjectId(1);

    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("create", "POST", "/v1/backups/minio", """{"id":"b1"}""")]
    [InlineData("list", "GET", "/v1/backups/minio", null)]
    [InlineData("status", "GET", "/v1/backups/minio/b1", null)]
    [InlineData("cancel", "DELETE", "/v1/backups/minio/b1", null)]
    [InlineData("restore", "POST", "/v1/backups/minio/b1/restore", "{}")]
    [InlineData("restore status", "GET", "/v1/backups/minio/b1/restore", null)]
    [InlineData("cancel restore", "DELETE", "/v1/backups/minio/b1/restore", null)]
    public Task Trap_10_07_UnknownBackend_Is422Everywhere(string row, string method, string path, string? body) =>
        Client.ExpectRefusalAsync(row, method, path, body, 422, Handler, "minio", "did you enable the right module?");

    [Fact]
    public async Task Trap_10_10_LongIdsAndLongClassNames_FitTogether()
    {
        string name = "A" + new string('b', 254);
        string id = new('c', 255);
        await Client.CreateClassAsync(name, 3);
        await Client.BackUpAsync(id);
        await Client.DeleteAsync($"/v1/schema/{name}");

        await Client.RestoreAsync(id);

        Assert.Equal(3, (await Client.ReadObjectsAsync(name)).Count);
    }

    [Fact]
    public async Task Trap_10_11_List_HasABackupAsSoonAsItsPostIsAnswered()
    {
        await Client.CreateClassAsync("Book", 1);

        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        JsonElement list = (await Client.GetAsync(Location)).Expect(200).Json;

        Assert.Equal("b1", Assert.Single(list.EnumerateArray()).GetProperty("id").GetString());
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Trap_10_14_UnknownClass_IsDeletedWith200AndReadWith404BothEmpty()
    {
        (await Client.DeleteAsync("/v1/schema/Nope")).ExpectEmpty(200);
        (await Client.GetAsync("/v1/schema/Nope")).ExpectEmpty(404);
        await Client.CreateClassAsync("Book", 1);
        (await Client.DeleteAsync("/v1/schema/Book")).ExpectEmpty(200);
    }

    [Fact]
    public async Task Trap_10_15_Writes_AnswerWithTheStatusesOfTheContract()
    {
        await Client.CreateClassAsync("Book", 0);

        (await Client.PostAsync("/v1/objects", $$"""{"class":"Book","id":"{{Id}}","properties":{"title":"a"} }""")).Expect(200);
        (await Client.PatchAsync($"/v1/objects/Book/{Id}", """{"class":"Book","properties":{"title":"b"}}""")).ExpectEmpty(204);
        JsonElement batch = (await Client.PostAsync(
            "/v1/batch/objects",
            $$"""{"objects":[{"class":"Book","id":"{{ObjectId(2)}}"},{"class":"Book","properties":{"title":7} }]}""")).Expect(200).Json;

        Assert.Equal(
            ["SUCCESS", "FAILED"], batch.EnumerateArray().Select(item => item.GetProperty("result").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Trap_10_16_ClassNamesAreCapitalisedAndIdsAreNotLowered()
    {
        await Client.CreateClassAsync("Book", 1);

        (await Client.GetAsync("/v1/schema/book")).Expect(200);
        await Client.BackUpAsync("b1", ""","include":["book"]""");

        (await Client.PostAsync(Location, """{"id":"B1"}""")).ExpectHandlerError(422, "'B1'");
        (await Client.PostAsync($"{Location}/B1/restore", "{}")).ExpectHandlerError(404, "B1");
    }

    [Fact]
    public async Task Trap_10_17_ObjectIdsAreLowerCaseWithHyphensAndTimesAreNumbers()
    {
        await Client.CreateClassAsync("Book", 0);

        JsonElement made = (await Client.PostAsync("/v1/objects", """{"class":"Book","id":"ABCDEF00123456789ABCDEF012345678"}""")).Expect(200).Json;

        Assert.Equal("abcdef00-1234-5678-9abc-def012345678", made.GetProperty("id").GetString());
        Assert.True(made.GetProperty("creationTimeUnix").GetInt64() > 1_000_000_000_000);
        Assert.True(made.GetProperty("lastUpdateTimeUnix").GetInt64() >= made.GetProperty("creationTimeUnix").GetInt64());
    }

    [Fact]
    public async Task Trap_10_18_CountsAreRightAtOnceAfterARestore()
    {
        await Client.CreateClassAsync("Book", 120);
        (await Client.PostAsync("/v1/schema", """{"class":"Note","multiTenancyConfig":{"enabled":true}}""")).Expect(200);
        (await Client.PostAsync("/v1/schema/Note/tenants", """[{"name":"a"},{"name":"b"}]""")).Expect(200);
        (await Client.PostAsync("/v1/objects", """{"class":"Note","tenant":"a"}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", """{"class":"Note","tenant":"a"}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", """{"class":"Note","tenant":"b"}""")).Expect(200);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Note");

        await Client.RestoreAsync("b1");

        Assert.Equal(120, await CountAsync("Book"));
        Assert.Equal(2, await CountAsync("Note(tenant:\"a\")"));
        Assert.Equal(1, await CountAsync("Note(tenant:\"b\")"));
    }

    [Fact]
    public async Task Trap_10_19_SchemaComesBackAsItWas()
    {
        await Client.CreateClassAsync("Author", 1);
        (await Client.PostAsync(
            "/v1/schema",
            """
            {"class":"Book","description":"d","properties":[{"name":"title","dataType":["text"],"tokenization":"field"},
            {"name":"writtenBy","dataType":["Author"]},{"name":"pages","dataType":["int"],"indexFilterable":false}],
            "vectorConfig":{"first":{"vectorizer":{"none":{}},"vectorIndexType":"hnsw","vectorIndexConfig":{"distance":"dot","efConstruction":64}},
            "second":{"vectorizer":{"none":{}},"vectorIndexType":"flat"}},
            "invertedIndexConfig":{"indexTimestamps":true},"replicationConfig":{"factor":1}}
            """)).Expect(200);
        (await Client.PostAsync(
            "/v1/objects",
            $$"""{"class":"Book","id":"{{Id}}","properties":{"title":"a","writtenBy":[{"beacon":"weaviate://localhost/Author/{{Id}}"}]},"vectors":{"first":[1,2],"second":[0.25]} }""")).Expect(200);
        string[] paths = ["/v1/schema", $"/v1/objects/Book/{Id}?include=vector", $"/v1/objects/Author/{Id}?include=vector"];
        List<string> before = [];
        foreach (string path in paths)
        {
            before.Add((await Client.GetAsync(path)).Expect(200).Text);
        }

        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");
        await Client.RestoreAsync("b1");

        for (int i = 0; i < paths.Length; i++)
        {
            Assert.Equal(before[i], (await Client.GetAsync(paths[i])).Expect(200).Text);
        }
    }

    private async Task<int> CountAsync(string target)
    {
        string query = "{Aggregate{" + target + "{meta{count}}}}";
        JsonElement answer = (await Client.PostAsync("/v1/graphql", JsonSerializer.Serialize(new { query }))).Expect(200).Json;
        Assert.False(answer.TryGetProperty("errors", out _), answer.ToString());
        return answer.GetProperty("data").GetProperty("Aggregate").EnumerateObject().Single().Value[0].GetProperty("meta").GetProperty("count").GetInt32();
    }
}
