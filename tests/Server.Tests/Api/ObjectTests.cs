using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class ObjectTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "7b0c3a1e-1111-4222-8333-4444aaaa6666";

    private ApiClient Client => shared.Client;

    /// <summary>The two forms of an object's path: with its class, and the older one without.</summary>
    public static TheoryData<bool> Paths => [true, false];

    [Fact]
    public async Task Create_WhenItIsComplete_AnswersWithTheObject()
    {
        string name = await shared.CreateClassAsync("""{"name":"title","dataType":["text"]}""");
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        ApiResponse response = (await Client.PostAsync(
            "/v1/objects", $$$"""{"class":"{{{name}}}","id":"{{{Id.ToUpperInvariant()}}}","properties":{"title":"a"},"vector":[0.5,-1,2e3]}""")).Expect(200);

        JsonElement created = response.Json;
        Assert.Equal(Id, created.GetProperty("id").GetString());
        Assert.Equal(name, created.GetProperty("class").GetString());
        Assert.Equal("""{"title":"a"}""", created.GetProperty("properties").GetRawText());
        Assert.Equal([0.5f, -1f, 2000f], created.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()));
        Assert.InRange(created.GetProperty("creationTimeUnix").GetInt64(), before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(created.GetProperty("creationTimeUnix").GetInt64(), created.GetProperty("lastUpdateTimeUnix").GetInt64());
        Assert.Equal(response.Text, (await Client.GetAsync($"/v1/objects/{name}/{Id}?include=vector")).Expect(200).Text);
        await DeleteClassAsync(name);
    }

    [Fact]
    public async Task Create_WhenThereIsNoId_MakesARandomOne()
    {
        string name = await shared.CreateClassAsync();

        ApiResponse one = (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}"}""")).Expect(200);
        ApiResponse other = (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":null}""")).Expect(200);

        Assert.Equal(4, Guid.Parse(one.Json.GetProperty("id").GetString()!).Version);
        Assert.NotEqual(one.Json.GetProperty("id").GetString(), other.Json.GetProperty("id").GetString());
        (await Client.GetAsync($"/v1/objects/{name}/{one.Json.GetProperty("id").GetString()}")).Expect(200);
    }

    [Fact]
    public async Task Create_WhenTheClassNameIsEscaped_FindsTheClass()
    {
        string name = await shared.CreateClassAsync();
        string escaped = $"\\u{(int)name[0]:x4}{name[1..]}";

        ApiResponse response = (await Client.PostAsync("/v1/objects", $$"""{"class":"{{escaped}}"}""")).Expect(200);

        Assert.Equal(name, response.Json.GetProperty("class").GetString());
    }

    [Theory]
    [InlineData("\"größer – 🪨 – שלום – 北京 – é vs é\"")]
    [InlineData("\"\\u00e4\\ud83e\\udea8\\u0000\\u001f\\\"\\\\\\/\\n\"")]
    [InlineData("\"<script>&'\\u2028\"")]
    [InlineData("\"\"")]
    public async Task Create_WhenTextIsUnusual_GivesExactlyThatTextBack(string json)
    {
        string name = await shared.CreateClassAsync("""{"name":"title","dataType":["text"]},{"name":"list","dataType":["text[]"]}""");

        ApiResponse created = (await Client.PostAsync(
            "/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"title":{{{json}}},"list":[{{{json}}},"x"]}}""")).Expect(200);
        ApiResponse read = (await Client.GetAsync($"/v1/objects/{name}/{created.Json.GetProperty("id").GetString()}")).Expect(200);

        string expected = JsonElement.Parse(json).GetString()!;
        Assert.Equal(expected, read.Json.GetProperty("properties").GetProperty("title").GetString());
        Assert.Equal([expected, "x"], read.Json.GetProperty("properties").GetProperty("list").EnumerateArray().Select(text => text.GetString()!));
    }

    [Fact]
    public async Task Create_WhenEveryTypeIsUsed_KeepsAllValues()
    {
        string target = await shared.CreateClassAsync();
        string name = await shared.CreateClassAsync($$"""
            {"name":"text","dataType":["text"]},{"name":"int","dataType":["int"]},{"name":"number","dataType":["number"]},
            {"name":"boolean","dataType":["boolean"]},{"name":"date","dataType":["date"]},{"name":"uuid","dataType":["uuid"]},
            {"name":"geo","dataType":["geoCoordinates"]},{"name":"phone","dataType":["phoneNumber"]},{"name":"blob","dataType":["blob"]},
            {"name":"object","dataType":["object"],"nestedProperties":[{"name":"a","dataType":["int[]"]}]},
            {"name":"objects","dataType":["object[]"],"nestedProperties":[{"name":"b","dataType":["text"]}]},
            {"name":"reference","dataType":["{{target}}"]},{"name":"ints","dataType":["int[]"]},{"name":"dates","dataType":["date[]"]}
            """);
        string properties = $$"""
            {"text":"a","int":-9223372036854775808,"number":1.10,"boolean":false,"date":"2026-11-22T10:15:00.123456789+02:00",
            "uuid":"7B0C3A1E-1111-4222-8333-444455556666","geo":{"latitude":-90,"longitude":180},
            "phone":{"input":"0171 1234567","defaultCountry":"de"},"blob":"AAEC/w==","object":{"a":[1,2]},"objects":[{"b":"x"},{}],
            "reference":[{"beacon":"weaviate://localhost/{{target}}/{{Id}}"}],"ints":[],"dates":["2026-01-01T00:00:00Z"]}
            """;

        ApiResponse created = (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","properties":{{properties}}}""")).Expect(200);

        JsonElement read = (await Client.GetAsync($"/v1/objects/{name}/{created.Json.GetProperty("id").GetString()}")).Json.GetProperty("properties");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(properties), read), read.GetRawText());
        Assert.Equal("1.10", read.GetProperty("number").GetRawText());
    }

    [Fact]
    public async Task Create_WhenMembersAreNull_TreatsThemAsMissing()
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]}""");

        ApiResponse response = (await Client.PostAsync(
            "/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"a":null,"unknown":null},"vector":null,"vectors":null,"tenant":null}""")).Expect(200);

        Assert.Equal("{}", response.Json.GetProperty("properties").GetRawText());
        Assert.False(response.Json.TryGetProperty("vector", out _));
    }

    [Fact]
    public async Task Get_WhenVectorsAreNotAskedFor_LeavesThemOut()
    {
        (string name, string id) = await CreateAsync();

        Assert.False((await Client.GetAsync($"/v1/objects/{name}/{id}")).Expect(200).Json.TryGetProperty("vector", out _));
        Assert.True((await Client.GetAsync($"/v1/objects/{name}/{id}?include=vector,classification")).Expect(200).Json.TryGetProperty("vector", out _));
        Assert.True((await Client.GetAsync($"/v1/objects/{id}?include=vector")).Expect(200).Json.TryGetProperty("vector", out _));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Head_WhenTheObjectIsThere_SaysSo(bool withClass)
    {
        (string name, string id) = await CreateAsync();

        (await Client.HeadAsync(PathOf(name, id, withClass))).ExpectEmpty(204);
        (await Client.HeadAsync(PathOf(name, Guid.NewGuid().ToString(), withClass))).ExpectEmpty(404);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Put_WhenTheObjectIsThere_ReplacesAllOfIt(bool withClass)
    {
        (string name, string id) = await CreateAsync();
        long created = (await Client.GetAsync($"/v1/objects/{name}/{id}")).Json.GetProperty("creationTimeUnix").GetInt64();

        ApiResponse response = await Client.PutAsync(
            PathOf(name, id, withClass), $$$"""{"class":"{{{name}}}","id":"{{{id}}}","properties":{"count":5}}""");

        Assert.Equal("""{"count":5}""", response.Expect(200).Json.GetProperty("properties").GetRawText());
        Assert.False(response.Json.TryGetProperty("vector", out _));
        Assert.Equal(created, response.Json.GetProperty("creationTimeUnix").GetInt64());
        Assert.InRange(response.Json.GetProperty("lastUpdateTimeUnix").GetInt64(), created, long.MaxValue);
        Assert.Equal(response.Text, (await Client.GetAsync($"/v1/objects/{name}/{id}?include=vector")).Text);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Patch_WhenTheObjectIsThere_ChangesOnlyWhatItNames(bool withClass)
    {
        (string name, string id) = await CreateAsync();

        (await Client.PatchAsync(PathOf(name, id, withClass), $$$"""{"class":"{{{name}}}","properties":{"count":6}}""")).ExpectEmpty(204);

        JsonElement patched = (await Client.GetAsync($"/v1/objects/{name}/{id}?include=vector")).Json;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"title":"first","count":6}"""), patched.GetProperty("properties")));
        Assert.Equal([1f, 2f, 3f], patched.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public async Task Patch_WhenAPropertyIsNull_RemovesIt()
    {
        (string name, string id) = await CreateAsync();

        (await Client.PatchAsync($"/v1/objects/{name}/{id}", """{"properties":{"title":null}}""")).ExpectEmpty(204);

        Assert.Equal("""{"count":1}""", (await Client.GetAsync($"/v1/objects/{name}/{id}")).Json.GetProperty("properties").GetRawText());
    }

    [Theory]
    [InlineData("""{"vector":[4,5,6]}""", new[] { 4f, 5f, 6f })]
    [InlineData("""{"vector":null}""", new[] { 1f, 2f, 3f })]
    [InlineData("""{}""", new[] { 1f, 2f, 3f })]
    public async Task Patch_WhenAVectorIsGiven_ReplacesIt(string body, float[] expected)
    {
        (string name, string id) = await CreateAsync();

        (await Client.PatchAsync($"/v1/objects/{name}/{id}", body)).ExpectEmpty(204);

        JsonElement patched = (await Client.GetAsync($"/v1/objects/{name}/{id}?include=vector")).Json;
        Assert.Equal(expected, patched.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public async Task Patch_WhenManyChangeOneObject_LosesNoChange()
    {
        string name = await shared.CreateClassAsync();
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}"}""")).Expect(200);
        (await Client.PostAsync($"/v1/schema/{name}/properties", """{"name":"p0","dataType":["number"]}""")).Expect(200);

        ApiResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            Client.PatchAsync($"/v1/objects/{name}/{Id}", $$$"""{"properties":{"p{{{i}}}":{{{i}}}}}""")));

        Assert.All(answers, answer => answer.Expect(204));
        JsonElement properties = (await Client.GetAsync($"/v1/objects/{name}/{Id}")).Json.GetProperty("properties");
        Assert.All(Enumerable.Range(0, 24), i =>
            Assert.Equal(i, properties.GetProperty(string.Create(CultureInfo.InvariantCulture, $"p{i}")).GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Delete_WhenTheObjectIsThere_RemovesIt(bool withClass)
    {
        (string name, string id) = await CreateAsync();

        (await Client.DeleteAsync(PathOf(name, id, withClass))).ExpectEmpty(204);

        (await Client.DeleteAsync(PathOf(name, id, withClass))).ExpectEmpty(404);
        (await Client.GetAsync($"/v1/objects/{name}/{id}")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Object_WhenItsClassIsNamedInLowerCase_IsFound()
    {
        (string name, string id) = await CreateAsync();

        (await Client.GetAsync($"/v1/objects/{char.ToLowerInvariant(name[0])}{name[1..]}/{id}")).Expect(200);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Object_WhenItIsMissing_IsNotFoundWithoutABody(bool withClass)
    {
        string path = PathOf(await shared.CreateClassAsync(), Guid.NewGuid().ToString(), withClass);

        (await Client.GetAsync(path)).ExpectEmpty(404);
        (await Client.PutAsync(path, "{}")).ExpectEmpty(404);
        (await Client.PatchAsync(path, "{}")).ExpectEmpty(404);
        (await Client.DeleteAsync(path)).ExpectEmpty(404);
    }

    [Fact]
    public async Task Object_WhenItsClassIsMissing_IsNotFoundWithoutABody()
    {
        string path = $"/v1/objects/Missing/{Id}";

        (await Client.GetAsync(path)).ExpectEmpty(404);
        (await Client.HeadAsync(path)).ExpectEmpty(404);
        (await Client.PutAsync(path, "{}")).ExpectEmpty(404);
        (await Client.DeleteAsync(path)).ExpectEmpty(404);
    }

    [Fact]
    public async Task Validate_WhenTheObjectIsFine_StoresNothing()
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]}""");

        (await Client.PostAsync("/v1/objects/validate", $$$"""{"class":"{{{name}}}","id":"{{{Id}}}","properties":{"a":"x"}}""")).ExpectEmpty(200);
        (await Client.PostAsync("/v1/objects/validate", $$$"""{"class":"{{{name}}}","properties":{"a":1}}""")).ExpectHandlerError(422, name, "'a'");
        (await Client.PostAsync("/v1/objects/validate", """{"class":"Missing"}""")).ExpectHandlerError(422, "Missing");

        (await Client.GetAsync($"/v1/objects/{name}/{Id}")).ExpectEmpty(404);
    }

    [Fact]
    public async Task NamedVectors_WhenGiven_AreKeptEachAndReplacedEach()
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$$$"""{"class":"{{{{name}}}}","vectorConfig":{"a":{},"b":{}}}""")).Expect(200);
        ApiResponse created = (await Client.PostAsync(
            "/v1/objects", $$$"""{"class":"{{{name}}}","vectors":{"a":[1,2],"b":[3,4,5]}}""")).Expect(200);
        string path = $"/v1/objects/{name}/{created.Json.GetProperty("id").GetString()}";

        (await Client.PatchAsync(path, """{"vectors":{"b":[6,7,8]}}""")).ExpectEmpty(204);

        JsonElement vectors = (await Client.GetAsync($"{path}?include=vector")).Json.GetProperty("vectors");
        Assert.Equal([1f, 2f], vectors.GetProperty("a").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal([6f, 7f, 8f], vectors.GetProperty("b").EnumerateArray().Select(value => value.GetSingle()));
    }

    private static string PathOf(string name, string id, bool withClass) => withClass ? $"/v1/objects/{name}/{id}" : $"/v1/objects/{id}";

    private async Task DeleteClassAsync(string name) => (await Client.DeleteAsync($"/v1/schema/{name}")).Expect(200);

    private async Task<(string ClassName, string Id)> CreateAsync()
    {
        string name = await shared.CreateClassAsync("""{"name":"title","dataType":["text"]},{"name":"count","dataType":["int"]}""");
        ApiResponse created = await Client.PostAsync(
            "/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"title":"first","count":1},"vector":[1,2,3]}""");
        return (name, created.Expect(200).Json.GetProperty("id").GetString()!);
    }
}
