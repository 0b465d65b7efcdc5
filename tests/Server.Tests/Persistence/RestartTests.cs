using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Persistence;

public sealed class RestartTests
{
    [Fact]
    public async Task Restart_WhenThereAreClassesAndObjects_ChangesNothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Client.PostAsync("/v1/schema", """
            {"class":"Book","description":"größer","vectorIndexType":"flat","moduleConfig":{"x":{"y":[1,{"z":null}]}},
             "invertedIndexConfig":{"indexTimestamps":true},"properties":[{"name":"old","dataType":["string"]},
             {"name":"inner","dataType":["object"],"nestedProperties":[{"name":"n","dataType":["int[]"]}]}]}
            """)).Expect(200);
        (await server.Client.PostAsync("/v1/schema", """{"class":"Named","vectorConfig":{"a":{},"b":{"vectorIndexType":"dynamic"} } }""")).Expect(200);
        (await server.Client.PostAsync("/v1/schema/Book/properties", """{"name":"later","dataType":["Named"]}""")).Expect(200);
        (await server.Client.PutAsync("/v1/schema/Book", """{"vectorIndexConfig":{"vectorCacheMaxObjects":5} }""")).Expect(200);
        JsonElement imported = (await server.Client.PostAsync("/v1/batch/objects", """
            {"objects":[
              {"class":"Book","properties":{"old":"a B","auto":"größe – 🪨","inner":{"n":[1]},"when":"2026-01-01T00:00:00Z"},
               "vector":[0.1,-0.0,1e-45,3.4028235e38,-3.4028235e38,16777217,1.17549435e-38,0.333333343]},
              {"class":"Book","properties":{}},
              {"class":"Named","vectors":{"a":[1,2],"b":[0.30000001]} },
              {"class":"Auto","properties":{"nested":{"deep":{"deeper":true} },"list":[1,2],"where":{"latitude":1,"longitude":2} } }]}
            """)).Expect(200).Json;
        Assert.All(imported.EnumerateArray(), item => Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
        string[] paths = ["/v1/schema", "/v1/objects?include=vector", "/v1/nodes/Book?output=verbose", "/v1/schema/Book/shards", "/v1/objects?class=Named&include=vector"];
        string[] before = await ReadAsync(server.Client, paths);

        await server.RestartAsync();

        Assert.Equal(before, await ReadAsync(server.Client, paths));
        (await server.Client.PostAsync("/v1/objects", """{"class":"Book","vector":[1]}""")).ExpectHandlerError(422, "length 8");
    }

    [Fact]
    public async Task Restart_WhenVectorsWereStored_GivesTheSameBits()
    {
        await using TestServer server = await TestServer.StartAsync();
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 2000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))).Where(float.IsFinite)];
        ApiResponse created = (await server.Client.PostAsync(
            "/v1/objects", $$"""{"class":"Book","vector":{{JsonSerializer.Serialize(values)}}}""")).Expect(200);

        await server.RestartAsync();

        JsonElement vector = (await server.Client.GetAsync(
            $"/v1/objects/Book/{created.Json.GetProperty("id").GetString()}?include=vector")).Expect(200).Json.GetProperty("vector");
        Assert.Equal(
            values.Select(BitConverter.SingleToInt32Bits), vector.EnumerateArray().Select(value => BitConverter.SingleToInt32Bits(value.GetSingle())));
    }

    [Fact]
    public async Task Restart_WhenAClassWasDeleted_DoesNotBringItBack()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Client.PostAsync("/v1/objects", """{"class":"Gone"}""")).Expect(200);
        (await server.Client.DeleteAsync("/v1/schema/Gone")).Expect(200);

        await server.RestartAsync();

        (await server.Client.GetAsync("/v1/schema/Gone")).ExpectEmpty(404);
        (await server.Client.PostAsync("/v1/objects", """{"class":"Gone","vector":[1,2,3]}""")).Expect(200);
    }

    [Fact]
    public async Task Restart_WhenObjectsWereNestedAsDeeplyAsAutoSchemaTakes_StartsAgain()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Client.PostAsync("/v1/objects", Nested(17))).ExpectHandlerError(422, "nested more than 16 deep");
        (await server.Client.PostAsync("/v1/objects", Nested(16))).Expect(200);
        string before = (await server.Client.GetAsync("/v1/schema")).Text;

        await server.RestartAsync();

        Assert.Equal(before, (await server.Client.GetAsync("/v1/schema")).Text);

        static string Nested(int depth) =>
            $$"""{"class":"Deep","properties":{{string.Concat(Enumerable.Repeat("{\"o\":", depth))}}{"leaf":1}{{new string('}', depth)}}}""";
    }

    [Fact]
    public async Task Restart_WhenAutoSchemaSawAReferenceInsideAnObject_StartsAgain()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.Client.PostAsync("/v1/objects", """
            {"class":"Outer","properties":{"o":{"r":[{"beacon":"weaviate://localhost/Outer/7b0c3a1e-1111-4222-8333-444455556666"}]} } }
            """)).Expect(200);

        await server.RestartAsync();

        JsonElement nested = (await server.Client.GetAsync("/v1/schema/Outer")).Expect(200).Json.GetProperty("properties")[0].GetProperty("nestedProperties")[0];
        Assert.Equal("object[]", nested.GetProperty("dataType")[0].GetString());
    }

    [Fact]
    public async Task Restart_WhenModuleSettingsAreNestedToTheLimit_StartsAgain()
    {
        await using TestServer server = await TestServer.StartAsync();
        string deep = string.Concat(Enumerable.Repeat("[", 61)) + new string(']', 61);
        (await server.Client.PostAsync("/v1/schema", $$"""{"class":"Deep","moduleConfig":{"m":{{deep}}} }""")).Expect(200);

        await server.RestartAsync();

        (await server.Client.GetAsync("/v1/schema/Deep")).Expect(200);
    }

    private static async Task<string[]> ReadAsync(ApiClient client, string[] paths) =>
        [.. (await Task.WhenAll(paths.Select(client.GetAsync))).Select(response => Lasting(response.Expect(200)))];

    /// <summary>The answer without the rate of writing, which is of the moment.</summary>
    private static string Lasting(ApiResponse response) =>
        response.Json.ValueKind == JsonValueKind.Object && response.Json.TryGetProperty("nodes", out JsonElement nodes)
            ? nodes[0].GetProperty("stats").GetRawText() + nodes[0].GetProperty("shards").GetRawText()
            : response.Text;
}
