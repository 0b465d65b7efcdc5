using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class SchemaTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Create_WhenOnlyANameIsGiven_AnswersWithEveryDefault()
    {
        string name = shared.NewClassName();

        ApiResponse response = (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}"}""")).Expect(200);

        string expected = $$$$"""
            {"class":"{{{{name}}}}","properties":[],"vectorizer":"none","vectorIndexType":"hnsw",
             "invertedIndexConfig":{"bm25":{"b":0.75,"k1":1.2},"cleanupIntervalSeconds":60,
               "stopwords":{"preset":"en","additions":null,"removals":null},"usingBlockMaxWAND":true},
             "multiTenancyConfig":{"enabled":false,"autoTenantCreation":false,"autoTenantActivation":false},
             "replicationConfig":{"factor":1,"asyncEnabled":false,"deletionStrategy":"NoAutomatedResolution"},
             "shardingConfig":{"virtualPerPhysical":128,"desiredCount":1,"actualCount":1,"desiredVirtualCount":128,
               "actualVirtualCount":128,"key":"_id","strategy":"hash","function":"murmur3"},
             "vectorIndexConfig":{"skip":false,"cleanupIntervalSeconds":300,"maxConnections":32,"efConstruction":128,"ef":-1,
               "dynamicEfMin":100,"dynamicEfMax":500,"dynamicEfFactor":8,"vectorCacheMaxObjects":1000000000000,
               "flatSearchCutoff":40000,"distance":"cosine","filterStrategy":"sweeping",
               "pq":{"enabled":false,"bitCompression":false,"segments":0,"centroids":256,"trainingLimit":100000,
                 "encoder":{"type":"kmeans","distribution":"log-normal"}},
               "bq":{"enabled":false},"sq":{"enabled":false,"trainingLimit":100000,"rescoreLimit":20},
               "rq":{"enabled":false,"bits":8,"rescoreLimit":20},"multivector":{"enabled":false,"aggregation":"maxSim"}}}
            """;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), response.Json), response.Text);
        Assert.Equal(response.Text, (await Client.GetAsync($"/v1/schema/{name}")).Expect(200).Text);
    }

    [Theory]
    [InlineData("text", """{"dataType":["text"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":true,"name":"p","tokenization":"word"}""")]
    [InlineData("text[]", """{"dataType":["text[]"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":true,"name":"p","tokenization":"word"}""")]
    [InlineData("string", """{"dataType":["text"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":true,"name":"p","tokenization":"whitespace"}""")]
    [InlineData("int", """{"dataType":["int"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":false,"name":"p"}""")]
    [InlineData("date[]", """{"dataType":["date[]"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":false,"name":"p"}""")]
    [InlineData("geoCoordinates", """{"dataType":["geoCoordinates"],"indexFilterable":true,"indexRangeFilters":false,"indexSearchable":false,"name":"p"}""")]
    public async Task Create_WhenAPropertyHasOnlyAType_FillsInTheRest(string type, string expected)
    {
        string name = shared.NewClassName();

        ApiResponse response = await Client.PostAsync(
            "/v1/schema", $$"""{"class":"{{name}}","properties":[{"name":"P","dataType":["{{type}}"]}]}""");

        JsonElement property = Assert.Single(response.Expect(200).Json.GetProperty("properties").EnumerateArray());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), property), property.GetRawText());
    }

    [Fact]
    public async Task Create_WhenEverythingIsGiven_KeepsIt()
    {
        string name = shared.NewClassName();

        ApiResponse response = (await Client.PostAsync("/v1/schema", $$$"""
            {"class":"{{{name}}}","description":"größer als 🪨","vectorIndexType":"flat","vectorIndexConfig":{"distance":"dot","bq":{"enabled":true}},
             "moduleConfig":{"generative-x":{"model":"m"}},"invertedIndexConfig":{"bm25":{"b":0.5},"indexTimestamps":true,
             "stopwords":{"preset":"none","additions":["a"]}},
             "properties":[
               {"name":"title","dataType":["text"],"tokenization":"field","description":"d","indexSearchable":false},
               {"name":"size","dataType":["number"],"indexRangeFilters":true,"indexFilterable":false},
               {"name":"maker","dataType":["object"],"nestedProperties":[{"name":"city","dataType":["text"]},{"name":"nr","dataType":["int[]"]}]},
               {"name":"like","dataType":["{{{name}}}"]}]}
            """)).Expect(200);

        JsonElement created = response.Json;
        Assert.Equal("größer als 🪨", created.GetProperty("description").GetString());
        Assert.Equal("flat", created.GetProperty("vectorIndexType").GetString());
        Assert.Equal("dot", created.GetProperty("vectorIndexConfig").GetProperty("distance").GetString());
        Assert.True(created.GetProperty("vectorIndexConfig").GetProperty("bq").GetProperty("enabled").GetBoolean());
        Assert.Equal(-1, created.GetProperty("vectorIndexConfig").GetProperty("bq").GetProperty("rescoreLimit").GetInt32());
        Assert.Equal("m", created.GetProperty("moduleConfig").GetProperty("generative-x").GetProperty("model").GetString());
        Assert.Equal(0.5, created.GetProperty("invertedIndexConfig").GetProperty("bm25").GetProperty("b").GetDouble());
        Assert.Equal(1.2, created.GetProperty("invertedIndexConfig").GetProperty("bm25").GetProperty("k1").GetDouble());
        Assert.True(created.GetProperty("invertedIndexConfig").GetProperty("indexTimestamps").GetBoolean());
        JsonElement[] properties = [.. created.GetProperty("properties").EnumerateArray()];
        Assert.Equal("field", properties[0].GetProperty("tokenization").GetString());
        Assert.False(properties[1].GetProperty("indexFilterable").GetBoolean());
        Assert.Equal(["city", "nr"], properties[2].GetProperty("nestedProperties").EnumerateArray().Select(nested => nested.GetProperty("name").GetString()!));
        Assert.Equal(name, properties[3].GetProperty("dataType")[0].GetString());
    }

    [Fact]
    public async Task Create_WhenVectorsAreNamed_CompletesEachAndHasNoUnnamedOne()
    {
        string name = shared.NewClassName();

        ApiResponse response = (await Client.PostAsync("/v1/schema", $$$$"""
            {"class":"{{{{name}}}}","vectorConfig":{"title":{"vectorizer":{"none":{} } },"body":{"vectorIndexType":"flat","vectorIndexConfig":{"distance":"dot"} } } }
            """)).Expect(200);

        JsonElement vectors = response.Json.GetProperty("vectorConfig");
        Assert.Equal("hnsw", vectors.GetProperty("title").GetProperty("vectorIndexType").GetString());
        Assert.Equal(128, vectors.GetProperty("title").GetProperty("vectorIndexConfig").GetProperty("efConstruction").GetInt32());
        Assert.Equal("dot", vectors.GetProperty("body").GetProperty("vectorIndexConfig").GetProperty("distance").GetString());
        Assert.Equal(JsonValueKind.Object, vectors.GetProperty("body").GetProperty("vectorizer").GetProperty("none").ValueKind);
        Assert.False(response.Json.TryGetProperty("vectorizer", out _));
        Assert.False(response.Json.TryGetProperty("vectorIndexConfig", out _));
    }

    [Fact]
    public async Task Create_WhenTheNameBeginsInLowerCase_RaisesIt()
    {
        string name = shared.NewClassName();
        string lower = char.ToLowerInvariant(name[0]) + name[1..];

        ApiResponse response = (await Client.PostAsync("/v1/schema", $$"""{"class":"{{lower}}"}""")).Expect(200);

        Assert.Equal(name, response.Json.GetProperty("class").GetString());
        (await Client.GetAsync($"/v1/schema/{lower}")).Expect(200);
    }

    [Fact]
    public async Task Create_WhenTheNameIsTheLongestAllowed_Works()
    {
        string name = "L" + new string('x', 254);

        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}"}""")).Expect(200);

        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"a":1}}""")).Expect(200);
    }

    [Fact]
    public async Task List_WhenThereAreClasses_HasThemAllAsTheyAreAlone()
    {
        string one = await shared.CreateClassAsync();
        string other = await shared.CreateClassAsync("""{"name":"p","dataType":["text"]}""");

        ApiResponse response = (await Client.GetAsync("/v1/schema")).Expect(200);

        Dictionary<string, string> listed = response.Json.GetProperty("classes").EnumerateArray()
            .ToDictionary(element => element.GetProperty("class").GetString()!, element => element.GetRawText());
        Assert.Equal((await Client.GetAsync($"/v1/schema/{one}")).Text, listed[one]);
        Assert.Equal((await Client.GetAsync($"/v1/schema/{other}")).Text, listed[other]);
    }

    [Fact]
    public async Task Get_WhenThereIsNoSuchClass_IsNotFoundWithoutABody() =>
        (await Client.GetAsync("/v1/schema/Missing")).ExpectEmpty(404);

    [Fact]
    public async Task Delete_WhenTheClassIsThere_RemovesItWithItsObjects()
    {
        string name = await shared.CreateClassAsync();
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}"}""")).Expect(200);

        (await Client.DeleteAsync($"/v1/schema/{name}")).ExpectEmpty(200);

        (await Client.GetAsync($"/v1/schema/{name}")).ExpectEmpty(404);
        (await Client.GetAsync($"/v1/objects?class={name}")).ExpectEmpty(404);
        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}"}""")).Expect(200);
        Assert.Empty((await Client.GetAsync($"/v1/objects?class={name}")).Expect(200).Json.GetProperty("objects").EnumerateArray());
    }

    [Fact]
    public async Task Delete_WhenThereIsNoSuchClass_SucceedsToo() =>
        (await Client.DeleteAsync("/v1/schema/Missing")).ExpectEmpty(200);

    [Fact]
    public async Task AddProperty_WhenItIsNew_AnswersWithItAndExtendsTheClass()
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]}""");

        ApiResponse response = await Client.PostAsync($"/v1/schema/{name}/properties", """{"name":"b","dataType":["int"],"description":"d"}""");

        Assert.Equal("d", response.Expect(200).Json.GetProperty("description").GetString());
        JsonElement properties = (await Client.GetAsync($"/v1/schema/{name}")).Json.GetProperty("properties");
        Assert.Equal(["a", "b"], properties.EnumerateArray().Select(property => property.GetProperty("name").GetString()!));
        (await Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"a":"x","b":3}}""")).Expect(200);
    }

    [Fact]
    public async Task AddProperty_WhenTheClassIsMissing_NamesIt() =>
        (await Client.PostAsync("/v1/schema/Missing/properties", """{"name":"b","dataType":["int"]}""")).ExpectHandlerError(422, "Missing");

    [Fact]
    public async Task Update_WhenMutablePartsChange_StoresThemAndKeepsTheRest()
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]}""");

        ApiResponse response = await Client.PutAsync($"/v1/schema/{name}", $$$"""
            {"class":"{{{name}}}","description":"new","vectorIndexConfig":{"ef":77},"invertedIndexConfig":{"bm25":{"b":0.1}},
             "properties":[{"name":"a","dataType":["text"],"description":"of a"}]}
            """);

        JsonElement updated = response.Expect(200).Json;
        Assert.Equal("new", updated.GetProperty("description").GetString());
        Assert.Equal(77, updated.GetProperty("vectorIndexConfig").GetProperty("ef").GetInt32());
        Assert.Equal(128, updated.GetProperty("vectorIndexConfig").GetProperty("efConstruction").GetInt32());
        Assert.Equal(0.1, updated.GetProperty("invertedIndexConfig").GetProperty("bm25").GetProperty("b").GetDouble());
        Assert.Equal("of a", updated.GetProperty("properties")[0].GetProperty("description").GetString());
        Assert.Equal(response.Text, (await Client.GetAsync($"/v1/schema/{name}")).Text);
    }

    [Fact]
    public async Task Update_WhenTheClassIsMissing_NamesIt() =>
        (await Client.PutAsync("/v1/schema/Missing", """{"class":"Missing"}""")).ExpectHandlerError(404, "Missing");

    [Fact]
    public async Task Shards_WhenAsked_AreOneReadyShard()
    {
        string name = await shared.CreateClassAsync();

        ApiResponse response = (await Client.GetAsync($"/v1/schema/{name}/shards")).Expect(200);

        JsonElement shard = Assert.Single(response.Json.EnumerateArray());
        Assert.Matches(@"\A[A-Za-z0-9]{12}\z", shard.GetProperty("name").GetString());
        Assert.Equal("READY", shard.GetProperty("status").GetString());
        Assert.Equal(0, shard.GetProperty("vectorQueueSize").GetInt32());
    }

    [Fact]
    public async Task Shards_WhenTheClassIsMissing_NamesIt() =>
        (await Client.GetAsync("/v1/schema/Missing/shards")).ExpectHandlerError(404, "Missing");

    [Fact]
    public async Task UpdateShard_ToReadOnlyAndBack_RefusesAndTakesWrites()
    {
        string name = await shared.CreateClassAsync();
        string path = $"/v1/schema/{name}/shards/{(await Client.GetAsync($"/v1/schema/{name}/shards")).Json[0].GetProperty("name").GetString()}";
        string first = $$"""{"class":"{{name}}","id":"00000000-0000-0000-0000-000000000001"}""";
        (await Client.PostAsync("/v1/objects", first)).Expect(200);

        Assert.Equal("""{"status":"READONLY"}""", (await Client.PutAsync(path, """{"status":"READONLY"}""")).Expect(200).Text);

        Assert.Equal("READONLY", (await Client.GetAsync($"/v1/schema/{name}/shards")).Json[0].GetProperty("status").GetString());
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}"}""")).ExpectHandlerError(422, name, "read-only");
        (await Client.PutAsync($"/v1/objects/{name}/00000000-0000-0000-0000-000000000001", first)).ExpectHandlerError(422, "read-only");
        (await Client.DeleteAsync($"/v1/objects/{name}/00000000-0000-0000-0000-000000000001")).ExpectHandlerError(422, "read-only");
        JsonElement item = (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{"class":"{{name}}"}]}""")).Expect(200).Json[0];
        Assert.Equal("FAILED", item.GetProperty("result").GetProperty("status").GetString());
        (await Client.HeadAsync($"/v1/objects/{name}/00000000-0000-0000-0000-000000000001")).ExpectEmpty(204);
        (await Client.PutAsync(path, """{"status":"READY"}""")).Expect(200);
        (await Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}"}""")).Expect(200);
    }

    [Fact]
    public async Task UpdateShard_WhenTheRequestCannotBeServed_SaysWhy()
    {
        string name = await shared.CreateClassAsync();
        string shard = (await Client.GetAsync($"/v1/schema/{name}/shards")).Json[0].GetProperty("name").GetString()!;

        (await Client.PutAsync($"/v1/schema/{name}/shards/{shard}", """{"status":"INDEXING"}""")).ExpectHandlerError(422, "INDEXING", name);
        (await Client.PutAsync($"/v1/schema/{name}/shards/other", """{"status":"READY"}""")).ExpectHandlerError(404, "other", name);
        (await Client.PutAsync("/v1/schema/Missing/shards/x", """{"status":"READY"}""")).ExpectHandlerError(404, "Missing");
    }
}
