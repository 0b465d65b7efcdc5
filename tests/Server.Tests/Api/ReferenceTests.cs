using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary>References by their own paths, and batches of them.</summary>
public sealed class ReferenceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-000000000001";
    private const string Other = "00000000-0000-0000-0000-000000000002";

    private ApiClient Client => shared.Client;

    [Fact]
    public async Task References_WhenAddedReplacedAndDeleted_AreThoseOfTheObject()
    {
        string name = await CreateAsync();
        string path = $"/v1/objects/{name}/{Id}/references/of";

        (await Client.PostAsync(path, Reference(name, Id))).ExpectEmpty(200);
        (await Client.PostAsync(path, $$"""{"beacon":"weaviate://localhost/{{Other}}"}""")).ExpectEmpty(200);
        string[] added = await BeaconsAsync(name);
        (await Client.DeleteAsync(path, Reference(name, Id))).ExpectEmpty(204);
        string[] left = await BeaconsAsync(name);
        (await Client.PutAsync(path, $"[{Reference(name, Id)}]")).ExpectEmpty(200);

        Assert.Equal([Beacon(name, Id), Beacon(name, Other)], added);
        Assert.Equal([Beacon(name, Other)], left);
        Assert.Equal([Beacon(name, Id)], await BeaconsAsync(name));
        JsonElement read = (await Client.GetAsync($"/v1/objects/{name}/{Id}?include=vector")).Json;
        Assert.Equal("kept", read.GetProperty("properties").GetProperty("title").GetString());
        Assert.Equal(3, read.GetProperty("vector").GetArrayLength());
    }

    [Theory]
    [InlineData("title", """{"beacon":"weaviate://localhost/00000000-0000-0000-0000-000000000001"}""", 422, "primitive datatype")]
    [InlineData("nope", """{"beacon":"weaviate://localhost/00000000-0000-0000-0000-000000000001"}""", 422, "'nope'")]
    [InlineData("of", """{"beacon":"http://x/y"}""", 422, "http://x/y")]
    [InlineData("of", """{}""", 422, "invalid 'beacon'")]
    [InlineData("of", """{"beacon":"weaviate://localhost/Elsewhere/00000000-0000-0000-0000-000000000001"}""", 422, "not to 'Elsewhere'")]
    public async Task Add_WhenTheRequestBreaksARule_SaysWhich(string property, string body, int status, string part)
    {
        string name = await CreateAsync();

        (await Client.PostAsync($"/v1/objects/{name}/{Id}/references/{property}", body)).ExpectHandlerError(status, part);
    }

    [Fact]
    public async Task Add_WhenThereIsNoSuchObjectOrClass_Is404()
    {
        string name = await CreateAsync();

        (await Client.PostAsync($"/v1/objects/{name}/{Other}/references/of", Reference(name, Id))).ExpectEmpty(404);
        (await Client.PostAsync($"/v1/objects/Nowhere/{Id}/references/of", Reference(name, Id))).ExpectEmpty(404);
    }

    [Fact]
    public async Task Batch_WhenSomeAreBad_AddsTheOthers()
    {
        string name = await CreateAsync();

        ApiResponse response = (await Client.PostAsync("/v1/batch/references", $$"""
            [{"from":"{{Beacon(name, Id)}}/of","to":"{{Beacon(name, Other)}}"},
             {"from":"{{Beacon(name, Id)}}/nope","to":"{{Beacon(name, Other)}}"},
             {"from":"{{Beacon(name, Other)}}/of","to":"{{Beacon(name, Id)}}"},
             {"from":"{{Beacon(name, Id)}}/of","to":"nowhere"},
             {"from":"{{Beacon(name, Id)}}/of","to":"{{Beacon(name, Id)}}"}]
            """)).Expect(200);

        Assert.Equal(
            ["SUCCESS", "FAILED", "FAILED", "FAILED", "SUCCESS"],
            response.Json.EnumerateArray().Select(item => item.GetProperty("result").GetProperty("status").GetString()));
        Assert.Equal([Beacon(name, Other), Beacon(name, Id)], await BeaconsAsync(name));
        (await Client.PostAsync("/v1/batch/references", "[]")).ExpectHandlerError(422, "cannot be empty");
    }

    [Fact]
    public async Task Batch_WhenAnItemIsNoObject_AddsNone()
    {
        string name = await CreateAsync();

        (await Client.PostAsync("/v1/batch/references", $$"""[{"from":"{{Beacon(name, Id)}}/of","to":"{{Beacon(name, Other)}}"},5]"""))
            .ExpectFrameworkError(422, 601, "1 in body", "object");

        JsonElement read = (await Client.GetAsync($"/v1/objects/{name}/{Id}")).Json.GetProperty("properties");
        Assert.False(read.TryGetProperty("of", out _));
    }

    [Fact]
    public async Task Batch_WhenAMemberIsOfTheWrongType_FailsThatItemOnly()
    {
        string name = await CreateAsync();

        ApiResponse response = (await Client.PostAsync(
            "/v1/batch/references", $$"""[{"from":"{{Beacon(name, Id)}}/of","to":"{{Beacon(name, Other)}}"},{"from":5,"to":6}]""")).Expect(200);

        Assert.Equal(
            ["SUCCESS", "FAILED"], response.Json.EnumerateArray().Select(item => item.GetProperty("result").GetProperty("status").GetString()));
        Assert.Equal([Beacon(name, Other)], await BeaconsAsync(name));
    }

    [Fact]
    public async Task Object_WhenItsBeaconsAreEscaped_IsTaken()
    {
        string name = await CreateAsync();

        (await Client.PutAsync(
            $"/v1/objects/{name}/{Id}", $$$"""{"class":"{{{name}}}","properties":{"of":[{"beacon":"weaviate:\/\/localhost\/{{{name}}}\/{{{Other}}}"}]}}""")).Expect(200);

        Assert.Equal([Beacon(name, Other)], await BeaconsAsync(name));
    }

    private async Task<string> CreateAsync()
    {
        string name = await shared.CreateClassAsync("""{"name":"title","dataType":["text"]}""");
        (await Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"of","dataType":["{{name}}"]}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}","properties":{"title":"kept"},"vector":[1,2,3]}""")).Expect(200);
        return name;
    }

    private async Task<string[]> BeaconsAsync(string name) =>
        [.. (await Client.GetAsync($"/v1/objects/{name}/{Id}")).Expect(200).Json.GetProperty("properties").GetProperty("of")
            .EnumerateArray().Select(reference => reference.GetProperty("beacon").GetString()!)];

    private static string Beacon(string name, string id) => $"weaviate://localhost/{name}/{id}";

    private static string Reference(string name, string id) => $$"""{"beacon":"{{Beacon(name, id)}}"}""";
}
