using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class ObjectRefusalTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "0c3a1e7b-1111-4222-8333-444455556666";

    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Create_WhenTheIdIsTaken_NamesIt()
    {
        string name = await shared.CreateClassAsync();
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}"}""")).Expect(200);

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}"}""")).ExpectHandlerError(422, $"id '{Id}' already exists");
    }

    [Theory]
    [InlineData("\"x\"", "\"x\"")]
    [InlineData("\"7b0c3a1e-1111-4222-8333-44445555666\"", "44445555666")]
    [InlineData("\"7b0c3a1e-1111-4222-8333-4444555566667\"", "4444555566667")]
    [InlineData("\"7b0c3a1e-1111-4222-8333-44445555666g\"", "666g")]
    [InlineData("\"{7b0c3a1e-1111-4222-8333-444455556666}\"", "{7b0c3a1e")]
    [InlineData("5", "uuid")]
    [InlineData("{}", "uuid")]
    public async Task Create_WhenTheIdIsNoUuid_NamesIt(string id, string part)
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":{{id}}}""")).ExpectFrameworkError(422, 601, "id in body must be of type uuid", part);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Path_WhenTheIdIsNoUuid_NamesIt(string method)
    {
        ApiResponse byClass = await Client.SendAsync(new HttpMethod(method), "/v1/objects/Any/not-a-uuid", "{}");
        ApiResponse alone = await Client.SendAsync(new HttpMethod(method), "/v1/objects/not-a-uuid", "{}");

        byClass.ExpectFrameworkError(422, 601, "id in path must be of type uuid: \"not-a-uuid\"");
        alone.ExpectFrameworkError(422, 601, "id in path must be of type uuid: \"not-a-uuid\"");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"class":null}""")]
    [InlineData("""{"class":""}""")]
    public async Task Create_WhenThereIsNoClass_SaysSo(string body) =>
        (await Client.PostAsync("/v1/objects", body)).ExpectHandlerError(422, "class");

    [Theory]
    [InlineData("""{"class":5}""", "class in body must be of type string")]
    [InlineData("""{"class":"A","class":"B"}""", "class in body is given more than once")]
    [InlineData("""{"class":"A","properties":{},"properties":{}}""", "properties in body is given more than once")]
    [InlineData("""{"class":"A","vector":[1],"vector":[2]}""", "vector in body is given more than once")]
    public async Task Create_WhenAMemberIsMalformed_NamesIt(string body, string part) =>
        (await Client.PostAsync("/v1/objects", body)).ExpectFrameworkError(422, 601, part);

    [Fact]
    public async Task Create_WhenTheClassIsUnknownAndAutoSchemaIsOff_NamesIt()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { AutoSchemaEnabled = false });

        (await server.Client.PostAsync("/v1/objects", """{"class":"Missing"}""")).ExpectHandlerError(422, "Missing");

        (await server.Client.PostAsync("/v1/schema", """{"class":"Book"}""")).Expect(200);
        (await server.Client.PostAsync("/v1/objects", """{"class":"Book","properties":{"isbn":"x"}}""")).ExpectHandlerError(422, "Book", "'isbn'");
    }

    [Fact]
    public async Task Create_WhenTheClassNameIsNotAllowed_NamesIt() =>
        (await Client.PostAsync("/v1/objects", """{"class":"not-a-name"}""")).ExpectHandlerError(422, "'not-a-name'");

    [Fact]
    public async Task Create_WhenAutoSchemaWouldAddTooManyProperties_NamesTheLimit()
    {
        string name = shared.NewClassName();
        string properties = string.Join(',', Enumerable.Range(0, 10_001).Select(i => FormattableString.Invariant($"\"p{i}\":1")));

        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{{{{properties}}}}}""")).ExpectHandlerError(422, name, "10000");
        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{{{{properties[..properties.LastIndexOf(',')]}}}}}""")).Expect(200);
        (await Client.PostAsync($"/v1/schema/{name}/properties", """{"name":"another","dataType":["int"]}""")).ExpectHandlerError(422, name, "10000");
    }

    [Theory]
    [InlineData("text", "1")]
    [InlineData("text", "[\"a\"]")]
    [InlineData("text[]", "\"a\"")]
    [InlineData("text[]", "[1]")]
    [InlineData("text[]", "[null]")]
    [InlineData("int", "\"1\"")]
    [InlineData("int", "1.5")]
    [InlineData("int", "9223372036854775808")]
    [InlineData("int", "1e30")]
    [InlineData("number", "\"1\"")]
    [InlineData("number", "1e999")]
    [InlineData("number", "-1e999")]
    [InlineData("boolean", "\"true\"")]
    [InlineData("boolean", "1")]
    [InlineData("date", "\"2026-11-22\"")]
    [InlineData("date", "\"2026-02-30T00:00:00Z\"")]
    [InlineData("date", "\"2026-11-22T25:00:00Z\"")]
    [InlineData("date", "\"0000-01-01T00:00:00Z\"")]
    [InlineData("date", "\"yesterday\"")]
    [InlineData("date", "5")]
    [InlineData("uuid", "\"no\"")]
    [InlineData("blob", "\"%%\"")]
    [InlineData("geoCoordinates", "{\"latitude\":91,\"longitude\":0}")]
    [InlineData("geoCoordinates", "{\"latitude\":1}")]
    [InlineData("geoCoordinates", "[1,2]")]
    [InlineData("phoneNumber", "{\"defaultCountry\":\"de\"}")]
    [InlineData("phoneNumber", "{\"input\":5}")]
    public async Task Create_WhenAValueIsNotOfItsType_NamesClassAndProperty(string type, string value)
    {
        string name = await shared.CreateClassAsync($$"""{"name":"prop","dataType":["{{type}}"]}""");

        ApiResponse response = await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"prop":{{{value}}}}}""");

        response.ExpectHandlerError(422, name, "'prop'", type);
        Assert.Empty((await Client.GetAsync($"/v1/objects?class={name}")).Json.GetProperty("objects").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"a":"x","a":"y"}""", "'a'")]
    [InlineData("""{"a":"x","A":"y"}""", "'a'")]
    [InlineData("""{"o":{"b":1,"b":2}}""", "'b'")]
    [InlineData("""{"o":{"b":"x"}}""", "'b'")]
    [InlineData("""{"o":5}""", "'o'")]
    [InlineData("""{"r":[{"beacon":"http://x"}]}""", "'r'")]
    [InlineData("""{"r":["x"]}""", "'r'")]
    [InlineData("""{"r":{}}""", "'r'")]
    [InlineData("""[]""", "must be an object")]
    [InlineData("\"x\"", "must be an object")]
    [InlineData("""{"no way":"x"}""", "'no way' is not a valid property name")]
    [InlineData("""{"id":"x"}""", "'id' is a reserved property name")]
    public async Task Create_WhenPropertiesBreakARule_NamesClassAndProblem(string properties, string part)
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$"""
            {"class":"{{name}}","properties":[{"name":"a","dataType":["text"]},{"name":"r","dataType":["{{name}}"]},
            {"name":"o","dataType":["object"],"nestedProperties":[{"name":"b","dataType":["int"]}]}]}
            """)).Expect(200);

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","properties":{{properties}}}""")).ExpectHandlerError(422, name, part);
    }

    [Theory]
    [InlineData("\"vector\":[1,\"NaN\"]", "element 1")]
    [InlineData("\"vector\":[1,null]", "element 1")]
    [InlineData("\"vector\":[[1]]", "element 0")]
    [InlineData("\"vector\":[1e39]", "element 0")]
    [InlineData("\"vector\":[true]", "element 0")]
    [InlineData("\"vector\":{}", "array of numbers")]
    [InlineData("\"vector\":\"AAAA\"", "array of numbers")]
    [InlineData("\"vectors\":[1]", "vectors must be an object")]
    [InlineData("\"vectors\":{\"v\":[1]}", "'v'")]
    public async Task Create_WhenAVectorIsNone_NamesClassAndObject(string member, string part)
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}",{{member}}}""")).ExpectHandlerError(422, name, Id, part);
    }

    [Theory]
    [InlineData("[1,NaN]")]
    [InlineData("[1,Infinity]")]
    [InlineData("[1,]")]
    [InlineData("[.5]")]
    public async Task Create_WhenAVectorIsNoJson_IsRefused(string vector) =>
        (await Client.PostAsync("/v1/objects", $$"""{"class":"Any","vector":{{vector}}}""")).ExpectFrameworkError(400, 400);

    [Fact]
    public async Task Create_WhenAVectorHasAnotherLength_NamesBothLengths()
    {
        string name = await shared.CreateClassAsync();
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","vector":[1,2,3]}""")).Expect(200);

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}","vector":[1,2]}"""))
            .ExpectHandlerError(422, name, Id, "length 2", "length 3");
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","vector":[]}""")).Expect(200);
    }

    [Fact]
    public async Task Create_WhenOneVectorIsRefused_TheOthersFixNoLength()
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$$$"""{"class":"{{{{name}}}}","vectorConfig":{"a":{},"b":{}}}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","vectors":{"b":[1,2,3]}}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","vectors":{"a":[1,2],"b":[1]}}""")).ExpectHandlerError(422, "'b'");

        ApiResponse response = await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","vectors":{"a":[1,2,3,4],"b":[1,2,3]}}""");

        response.Expect(200);
    }

    [Fact]
    public async Task Create_WhenTheClassHasSeveralNamedVectors_TakesNoOther()
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$$$"""{"class":"{{{{name}}}}","vectorConfig":{"a":{},"b":{}}}""")).Expect(200);

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}","vector":[1]}""")).ExpectHandlerError(422, name, Id, "named vectors");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Change_WhenItMovesTheObject_NamesBothPlaces(string method)
    {
        string name = await shared.CreateClassAsync();
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}"}""")).Expect(200);
        string other = Guid.NewGuid().ToString();
        string path = $"/v1/objects/{name}/{Id}";

        (await Client.SendAsync(new HttpMethod(method), path, """{"class":"Elsewhere"}""")).ExpectHandlerError(422, "'class' is immutable", name, "Elsewhere");
        (await Client.SendAsync(new HttpMethod(method), path, $$"""{"id":"{{other}}"}""")).ExpectHandlerError(422, "'id' is immutable", Id, other);
        (await Client.SendAsync(new HttpMethod(method), path, """{"properties":[]}""")).ExpectHandlerError(422, name, "must be an object");
        (await Client.SendAsync(new HttpMethod(method), path, """{"vector":5}""")).ExpectHandlerError(422, name, Id);
    }

    [Theory]
    [InlineData("?consistency_level=MOST", "MOST")]
    [InlineData("?include=everything", "everything")]
    public async Task Get_WhenAParameterIsNotAllowed_NamesIt(string query, string part) =>
        (await Client.GetAsync($"/v1/objects/Any/{Id}{query}")).ExpectHandlerError(422, part);

    [Theory]
    [InlineData("ONE")]
    [InlineData("QUORUM")]
    [InlineData("ALL")]
    public async Task Create_WhenAConsistencyLevelIsGiven_IsTheSameOnOneNode(string level)
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync($"/v1/objects?consistency_level={level}", $$"""{"class":"{{name}}"}""")).Expect(200);
    }

    [Fact]
    public async Task Create_WhenATenantIsNamed_SaysThatThereAreNone()
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","tenant":"t"}""")).ExpectHandlerError(422, name, "multi-tenancy");
    }
}
