using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class BatchImportTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Import_WhenAllObjectsAreFine_AnswersWithEachInOrder()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        string[] ids = [.. Enumerable.Range(0, 300).Select(_ => Guid.NewGuid().ToString())];

        ApiResponse response = await ImportAsync(
            [.. ids.Select((id, i) => $$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"n":{{{i}}}},"vector":[{{{i}}},0.5]}""")]);

        JsonElement[] items = [.. response.Expect(200).Json.EnumerateArray()];
        Assert.Equal(ids, items.Select(item => item.GetProperty("id").GetString()!));
        Assert.Equal(Enumerable.Range(0, 300), items.Select(item => item.GetProperty("properties").GetProperty("n").GetInt32()));
        Assert.All(items, item =>
        {
            Assert.Equal("""{"status":"SUCCESS"}""", item.GetProperty("result").GetRawText());
            Assert.Equal(JsonValueKind.Null, item.GetProperty("deprecations").ValueKind);
            Assert.Equal(2, item.GetProperty("vector").GetArrayLength());
            Assert.True(item.GetProperty("creationTimeUnix").GetInt64() > 0);
        });
        Assert.Equal(300, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenSomeObjectsAreBad_WritesTheOthersAndSaysWhichFailed()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        string[] objects =
        [
            $$$"""{"class":"{{{name}}}","properties":{"n":0}}""",
            $$$"""{"class":"{{{name}}}","properties":{"n":"one"}}""",
            $$"""{"class":"{{name}}","id":"nope"}""",
            """{"properties":{}}""",
            """{"class":"bad-name"}""",
            $$"""{"class":"{{name}}","vector":[1,"x"]}""",
            $$"""{"class":"{{name}}","tenant":"t"}""",
            $$"""{"class":"{{name}}","class":"{{name}}"}""",
            """{"class":7}""",
            $$$"""{"class":"{{{name}}}","properties":{"n":9}}""",
        ];

        JsonElement[] items = [.. (await ImportAsync(objects)).Expect(200).Json.EnumerateArray()];

        Assert.Equal(objects.Length, items.Length);
        Assert.Equal("SUCCESS", StatusOf(items[0]));
        Assert.Equal("SUCCESS", StatusOf(items[^1]));
        string[] parts = ["'n'", "nope", "class is missing", "bad-name", "element 1", "multi-tenancy", "more than once", "of type string"];
        for (int i = 0; i < parts.Length; i++)
        {
            Assert.Equal("FAILED", StatusOf(items[i + 1]));
            Assert.Contains(parts[i], MessageOf(items[i + 1]), StringComparison.Ordinal);
        }

        Assert.Equal("one", items[1].GetProperty("properties").GetProperty("n").GetString());
        Assert.Equal(2, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenAnObjectIsThereAlready_ReplacesItAndKeepsItsCreationTime()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]},{"name":"m","dataType":["int"]}""");
        string id = Guid.NewGuid().ToString();
        ApiResponse first = await ImportAsync($$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"n":1,"m":1},"vector":[1]}""");

        ApiResponse second = await ImportAsync($$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"n":2}}""");

        Assert.Equal("SUCCESS", StatusOf(second.Expect(200).Json[0]));
        JsonElement stored = (await Client.GetAsync($"/v1/objects/{name}/{id}?include=vector")).Expect(200).Json;
        Assert.Equal("""{"n":2}""", stored.GetProperty("properties").GetRawText());
        Assert.False(stored.TryGetProperty("vector", out _));
        Assert.Equal(first.Json[0].GetProperty("creationTimeUnix").GetInt64(), stored.GetProperty("creationTimeUnix").GetInt64());
        Assert.Equal(1, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenAnIdComesTwice_TheLastOneStays()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        string id = Guid.NewGuid().ToString();

        ApiResponse response = await ImportAsync(
            [.. Enumerable.Range(0, 5).Select(i => $$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"n":{{{i}}}}}""")]);

        Assert.Equal(Enumerable.Range(0, 5), response.Expect(200).Json.EnumerateArray().Select(item => item.GetProperty("properties").GetProperty("n").GetInt32()));
        Assert.Equal(4, (await Client.GetAsync($"/v1/objects/{name}/{id}")).Json.GetProperty("properties").GetProperty("n").GetInt32());
        Assert.Equal(1, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenVectorLengthsDiffer_TheFirstOneDecides()
    {
        string name = await shared.CreateClassAsync();

        JsonElement items = (await ImportAsync(
            $$"""{"class":"{{name}}","vector":[1,2]}""", $$"""{"class":"{{name}}","vector":[1]}""", $$"""{"class":"{{name}}"}""")).Expect(200).Json;

        Assert.Equal(["SUCCESS", "FAILED", "SUCCESS"], items.EnumerateArray().Select(StatusOf));
        Assert.Contains("length 1", MessageOf(items[1]), StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenClassesAreMixed_WritesEachAndKeepsTheOrder()
    {
        string one = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        string other = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");

        JsonElement items = (await ImportAsync(
            [.. Enumerable.Range(0, 20).Select(i => $$$"""{"class":"{{{(i % 2 == 0 ? one : other)}}}","properties":{"n":{{{i}}}}}""")])).Expect(200).Json;

        Assert.Equal(Enumerable.Range(0, 20), items.EnumerateArray().Select(item => item.GetProperty("properties").GetProperty("n").GetInt32()));
        Assert.Equal(10, await CountAsync(one));
        Assert.Equal(10, await CountAsync(other));
    }

    [Fact]
    public async Task Import_WhenItIsLargerThanOneStep_WritesAllOfIt()
    {
        string name = await shared.CreateClassAsync("""{"name":"text","dataType":["blob"]}""");
        string blob = Convert.ToBase64String(new byte[100_000]);

        ApiResponse response = await ImportAsync(
            [.. Enumerable.Repeat($$$"""{"class":"{{{name}}}","properties":{"text":"{{{blob}}}"}}""", 100)]);

        JsonElement[] items = [.. response.Expect(200).Json.EnumerateArray()];
        Assert.Equal(100, items.Length);
        Assert.All(items, item => Assert.Equal(blob, item.GetProperty("properties").GetProperty("text").GetString()));
        Assert.Equal(100, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenManyRequestsWriteTheSameObjects_CountsEachOnce()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        string[] ids = [.. Enumerable.Range(0, 100).Select(_ => Guid.NewGuid().ToString())];

        ApiResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(round =>
            ImportAsync([.. ids.Select(id => $$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"n":{{{round}}}}}""")])));

        Assert.All(answers, answer => Assert.All(answer.Expect(200).Json.EnumerateArray(), item => Assert.Equal("SUCCESS", StatusOf(item))));
        Assert.Equal(100, await CountAsync(name));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"objects":[]}""")]
    [InlineData("""{"objects":null}""")]
    [InlineData("""{"fields":["ALL"]}""")]
    public async Task Import_WhenThereAreNoObjects_SaysSo(string body) =>
        (await Client.PostAsync("/v1/batch/objects", body)).ExpectHandlerError(422, "objects");

    [Theory]
    [InlineData("""{"objects":["x"]}""", "objects.0")]
    [InlineData("""{"objects":[{"class":"A"},null]}""", "objects.1")]
    [InlineData("""{"objects":{}}""", "objects")]
    [InlineData("""{"objects":5}""", "objects")]
    [InlineData("""{"objects":[],"objects":[]}""", "objects")]
    public async Task Import_WhenTheListIsOfTheWrongType_NamesThePlace(string body, string path) =>
        (await Client.PostAsync("/v1/batch/objects", body)).ExpectFrameworkError(422, 601, $"{path} in body must be of type ");

    [Fact]
    public async Task Import_WhenTheBodyBreaksOff_WritesNothing()
    {
        string name = await shared.CreateClassAsync();

        ApiResponse response = await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{"class":"{{name}}"},{"class":"{{name}}" """);

        response.ExpectFrameworkError(400, 400);
        Assert.Equal(0, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenATextHasTooManyTerms_RefusesOnlyThatObject()
    {
        string name = await shared.CreateClassAsync("""{"name":"text","dataType":["text"]}""");
        string text = string.Concat(Enumerable.Repeat("a ", (1 << 20) + 2));

        JsonElement items = (await ImportAsync(
            $$$"""{"class":"{{{name}}}","properties":{"text":"{{{text}}}"}}""", $$$"""{"class":"{{{name}}}","properties":{"text":"b"}}""")).Expect(200).Json;

        Assert.Equal(["FAILED", "SUCCESS"], items.EnumerateArray().Select(StatusOf));
        Assert.Contains("1048576 terms", MessageOf(items[0]), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(name));
    }

    [Fact]
    public async Task Import_WhenAnObjectIsTooLarge_RefusesOnlyThatObject()
    {
        string name = await shared.CreateClassAsync("""{"name":"data","dataType":["blob"]}""");
        string blob = new('A', 64 << 20);

        JsonElement items = (await ImportAsync(
            $$$"""{"class":"{{{name}}}","properties":{"data":"{{{blob}}}"}}""", $$"""{"class":"{{name}}"}""")).Expect(200).Json;

        Assert.Equal(["FAILED", "SUCCESS"], items.EnumerateArray().Select(StatusOf));
        Assert.Contains("67108864", MessageOf(items[0]), StringComparison.Ordinal);
        Assert.Contains(name, MessageOf(items[0]), StringComparison.Ordinal);
    }

    private static string StatusOf(JsonElement item) => item.GetProperty("result").GetProperty("status").GetString()!;

    private static string MessageOf(JsonElement item) =>
        Assert.Single(item.GetProperty("result").GetProperty("errors").GetProperty("error").EnumerateArray()).GetProperty("message").GetString()!;

    private Task<ApiResponse> ImportAsync(params string[] objects) =>
        Client.PostAsync("/v1/batch/objects", $$"""{"fields":["ALL"],"objects":[{{string.Join(',', objects)}}]}""");

    private async Task<int> CountAsync(string name) =>
        (await Client.GetAsync($"/v1/nodes/{name}")).Expect(200).Json.GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt32();
}
