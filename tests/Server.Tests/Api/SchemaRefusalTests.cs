using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class SchemaRefusalTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("")]
    [InlineData("1A")]
    [InlineData("_A")]
    [InlineData("A-B")]
    [InlineData("A B")]
    [InlineData("A/B")]
    [InlineData("A.B")]
    [InlineData("Ünder")]
    [InlineData("Größe")]
    [InlineData("A\\n")]
    public async Task Create_WhenTheNameBreaksThePattern_NamesIt(string name) =>
        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}"}""")).ExpectHandlerError(422, $"'{name.Replace("\\n", "\n", StringComparison.Ordinal)}' is not a valid class name");

    [Fact]
    public async Task Create_WhenTheNameIsTooLong_IsRefused() =>
        (await Client.PostAsync("/v1/schema", $$"""{"class":"A{{new string('x', 255)}}"}""")).ExpectHandlerError(422, "is not a valid class name");

    [Theory]
    [InlineData("""{}""", "class name")]
    [InlineData("""{"class":null}""", "class name")]
    public async Task Create_WhenThereIsNoName_IsRefused(string body, string part) =>
        (await Client.PostAsync("/v1/schema", body)).ExpectHandlerError(422, part);

    [Fact]
    public async Task Create_WhenTheNameIsTaken_NamesIt()
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}"}""")).ExpectHandlerError(422, $"class name {name} already exists");
    }

    [Fact]
    public async Task Create_WhenTheNameDiffersOnlyInCase_NamesBoth()
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name.ToUpperInvariant()}}"}"""))
            .ExpectHandlerError(422, name.ToUpperInvariant(), $"already exists as a permutation of: {name}");
    }

    [Fact]
    public async Task Create_WhenThereAreAsManyClassesAsAllowed_NamesTheSetting()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaximumCollections = 1 });
        (await server.Client.PostAsync("/v1/schema", """{"class":"One"}""")).Expect(200);

        ApiResponse response = await server.Client.PostAsync("/v1/schema", """{"class":"Two"}""");

        response.ExpectHandlerError(422, "Two", "MAXIMUM_ALLOWED_COLLECTIONS_COUNT");
    }

    [Theory]
    [InlineData("""{"class":5}""", "class")]
    [InlineData("""{"class":"A","properties":{}}""", "properties")]
    [InlineData("""{"class":"A","properties":["a"]}""", "properties.0")]
    [InlineData("""{"class":"A","properties":[{"name":1,"dataType":["text"]}]}""", "properties.0.name")]
    [InlineData("""{"class":"A","properties":[{"name":"a","dataType":"text"}]}""", "properties.0.dataType")]
    [InlineData("""{"class":"A","properties":[{"name":"a","dataType":[1]}]}""", "properties.0.dataType")]
    [InlineData("""{"class":"A","properties":[{"name":"a","dataType":["text"],"indexFilterable":"yes"}]}""", "properties.0.indexFilterable")]
    [InlineData("""{"class":"A","description":[]}""", "description")]
    [InlineData("""{"class":"A","vectorIndexConfig":[]}""", "vectorIndexConfig")]
    [InlineData("""{"class":"A","vectorIndexConfig":{"ef":"many"}}""", "vectorIndexConfig.ef")]
    [InlineData("""{"class":"A","vectorIndexConfig":{"pq":true}}""", "vectorIndexConfig.pq")]
    [InlineData("""{"class":"A","invertedIndexConfig":{"bm25":{"b":"x"}}}""", "invertedIndexConfig.bm25.b")]
    [InlineData("""{"class":"A","multiTenancyConfig":{"enabled":1}}""", "multiTenancyConfig.enabled")]
    [InlineData("""{"class":"A","vectorConfig":{"v":1}}""", "vectorConfig.v")]
    public async Task Create_WhenAMemberIsOfTheWrongType_NamesIt(string body, string path) =>
        (await Client.PostAsync("/v1/schema", body)).ExpectFrameworkError(422, 601, $"{path} in body must be of type ");

    [Theory]
    [InlineData("""{"name":"","dataType":["text"]}""", "''")]
    [InlineData("""{"dataType":["text"]}""", "''")]
    [InlineData("""{"name":"a-b","dataType":["text"]}""", "'a-b'")]
    [InlineData("""{"name":"1a","dataType":["text"]}""", "'1a'")]
    [InlineData("""{"name":"naïve","dataType":["text"]}""", "'naïve'")]
    [InlineData("""{"name":"id","dataType":["text"]}""", "'id' is a reserved property name")]
    [InlineData("""{"name":"_id","dataType":["text"]}""", "'_id' is a reserved property name")]
    [InlineData("""{"name":"_additional","dataType":["text"]}""", "'_additional' is a reserved property name")]
    [InlineData("""{"name":"a"}""", "'a': it has no dataType")]
    [InlineData("""{"name":"a","dataType":[]}""", "'a'")]
    [InlineData("""{"name":"a","dataType":["txt"]}""", "unknown data type 'txt'")]
    [InlineData("""{"name":"a","dataType":["Text"]}""", "'Text', which does not exist")]
    [InlineData("""{"name":"a","dataType":["text","int"]}""", "unknown data type 'text'")]
    [InlineData("""{"name":"a","dataType":["blob[]"]}""", "'blob[]'")]
    [InlineData("""{"name":"a","dataType":["geoCoordinates[]"]}""", "'geoCoordinates[]'")]
    [InlineData("""{"name":"a","dataType":["phoneNumber[]"]}""", "'phoneNumber[]'")]
    [InlineData("""{"name":"a","dataType":["text[][]"]}""", "'text[][]'")]
    [InlineData("""{"name":"a","dataType":["Missing"]}""", "'Missing', which does not exist")]
    [InlineData("""{"name":"a","dataType":["text"],"tokenization":"gse"}""", "tokenization 'gse'")]
    [InlineData("""{"name":"a","dataType":["int"],"tokenization":"word"}""", "tokenization is not allowed")]
    [InlineData("""{"name":"a","dataType":["int"],"indexSearchable":true}""", "indexSearchable")]
    [InlineData("""{"name":"a","dataType":["text"],"indexRangeFilters":true}""", "indexRangeFilters")]
    [InlineData("""{"name":"a","dataType":["object"]}""", "at least one nested property")]
    [InlineData("""{"name":"a","dataType":["text"],"nestedProperties":[{"name":"b","dataType":["text"]}]}""", "nestedProperties are not allowed")]
    [InlineData("""{"name":"a","dataType":["object"],"nestedProperties":[{"name":"b","dataType":["geoCoordinates"]}]}""", "not allowed inside an object")]
    [InlineData("""{"name":"a","dataType":["object"],"nestedProperties":[{"name":"b","dataType":["text"]},{"name":"B","dataType":["text"]}]}""", "more than once")]
    public async Task AddProperty_WhenItBreaksARule_NamesClassAndRule(string property, string part)
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync($"/v1/schema/{name}/properties", property)).ExpectHandlerError(422, name, part);
        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{shared.NewClassName()}}","properties":[{{property}}]}""")).ExpectHandlerError(422, part);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A")]
    [InlineData("title")]
    [InlineData("tItle")]
    public async Task AddProperty_WhenTheNameIsTaken_NamesIt(string property)
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]},{"name":"title","dataType":["text"]}""");

        (await Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"{{property}}","dataType":["text"]}"""))
            .ExpectHandlerError(422, name, $"\"{char.ToLowerInvariant(property[0])}{property[1..]}\"", "already in use");
    }

    [Theory]
    [InlineData(""" "vectorizer":"text2vec-openai" """, "text2vec-openai")]
    [InlineData(""" "vectorIndexType":"tree" """, "tree")]
    [InlineData(""" "vectorIndexConfig":{"distance":"far"} """, "distance")]
    [InlineData(""" "vectorIndexConfig":{"distance":""} """, "distance")]
    [InlineData(""" "replicationConfig":{"factor":3} """, "factor")]
    [InlineData(""" "shardingConfig":{"desiredCount":-1} """, "desiredCount")]
    [InlineData(""" "invertedIndexConfig":{"bm25":{"b":1.5}} """, "bm25.b")]
    [InlineData(""" "invertedIndexConfig":{"bm25":{"k1":-1}} """, "bm25.k1")]
    [InlineData(""" "invertedIndexConfig":{"bm25":{"k1":1e999}} """, "bm25.k1")]
    [InlineData(""" "vectorConfig":{"v":{}},"vectorizer":"none" """, "vectorConfig")]
    [InlineData(""" "vectorConfig":{"a b":{}} """, "'a b'")]
    [InlineData(""" "vectorConfig":{"v":{"vectorizer":{"text2vec-x":{}}}} """, "text2vec-x")]
    public async Task Create_WhenASettingCannotBeServed_NamesClassAndSetting(string setting, string part)
    {
        string name = shared.NewClassName();

        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}",{{setting}}}""")).ExpectHandlerError(422, name, part);
        (await Client.GetAsync($"/v1/schema/{name}")).ExpectEmpty(404);
    }

    [Theory]
    [InlineData("""{"class":"Other"}""", "class is immutable")]
    [InlineData("""{"vectorIndexType":"flat"}""", "vectorIndexType is immutable")]
    [InlineData("""{"vectorIndexConfig":{"distance":"dot"}}""", "vectorIndexConfig.distance is immutable")]
    [InlineData("""{"vectorIndexConfig":{"distance":""}}""", "vectorIndexConfig.distance is immutable")]
    [InlineData("""{"invertedIndexConfig":{"indexTimestamps":true}}""", "invertedIndexConfig.indexTimestamps is immutable")]
    [InlineData("""{"invertedIndexConfig":{"bm25":{"b":7}}}""", "bm25.b")]
    [InlineData("""{"replicationConfig":{"factor":2}}""", "factor")]
    [InlineData("""{"multiTenancyConfig":{"enabled":true}}""", "multi-tenancy")]
    [InlineData("""{"vectorConfig":{"new":{}}}""", "vectorConfig is immutable")]
    [InlineData("""{"properties":[]}""", "properties cannot be updated")]
    [InlineData("""{"properties":[{"name":"a","dataType":["text"]},{"name":"b","dataType":["text"]}]}""", "properties cannot be updated")]
    [InlineData("""{"properties":[{"name":"a","dataType":["int"]}]}""", "is immutable")]
    public async Task Update_WhenItChangesWhatIsFixed_NamesClassAndPart(string body, string part)
    {
        string name = await shared.CreateClassAsync("""{"name":"a","dataType":["text"]}""");
        string before = (await Client.GetAsync($"/v1/schema/{name}")).Text;

        (await Client.PutAsync($"/v1/schema/{name}", body)).ExpectHandlerError(422, name, part);

        Assert.Equal(before, (await Client.GetAsync($"/v1/schema/{name}")).Text);
    }
}
