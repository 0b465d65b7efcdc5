using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.GraphQL;

public sealed class GraphQLTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Properties =
        """
        {"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]},{"name":"place","dataType":["geoCoordinates"]},
        {"name":"author","dataType":["object"],"nestedProperties":[{"name":"name","dataType":["text"]},{"name":"age","dataType":["int"]}]}
        """;

    [Fact]
    public async Task Get_WhenFilteredSortedAndShaped_ShowsWhatIsSelected()
    {
        string name = await ImportAsync(5);

        string data = await DataAsync($$$$$$$$"""
            {Get{found:{{{{{{{{name}}}}}}}}(where:{operator:GreaterThan,path:["pages"],valueInt:2},sort:[{path:["pages"],order:desc}],limit:2)
            {pages t:title author{age} place{latitude} _additional{id distance}}}}
            """);

        Assert.Equal(
            $$$$$$$$"""{"Get":{"found":[{"pages":5,"t":"title5","author":{"age":5},"place":null,"_additional":{"id":"{{{{{{{{Id(5)}}}}}}}}","distance":null}},{"pages":4,"t":"title4","author":{"age":4},"place":null,"_additional":{"id":"{{{{{{{{Id(4)}}}}}}}}","distance":null}}]}}""",
            data);
    }

    [Fact]
    public async Task Get_WhenPagedOrFollowed_ShowsThatPage()
    {
        string name = await ImportAsync(5);

        Assert.Equal($$$$$$$$"""{"Get":{"{{{{{{{{name}}}}}}}}":[{"pages":3},{"pages":4}]}}""", await DataAsync($"{{Get{{{name}(limit:2,offset:2){{pages}}}}}}"));
        Assert.Equal($$$$$$$$"""{"Get":{"{{{{{{{{name}}}}}}}}":[{"pages":5}]}}""", await DataAsync($"{{Get{{{name}(limit:2,after:\"{Id(4)}\"){{pages}}}}}}"));
    }

    [Fact]
    public async Task Get_WhenNearAVector_ShowsDistanceAndCertainty()
    {
        string name = await ImportAsync(5);

        JsonElement data = JsonElement.Parse(await DataAsync($"{{Get{{{name}(nearVector:{{vector:[3,1]}},limit:2){{pages _additional{{distance certainty vector creationTimeUnix}}}}}}}}"));

        JsonElement[] objects = [.. data.GetProperty("Get").GetProperty(name).EnumerateArray()];
        Assert.Equal([3, 4], objects.Select(found => found.GetProperty("pages").GetInt32()));
        JsonElement first = objects[0].GetProperty("_additional");
        Assert.InRange(first.GetProperty("distance").GetDouble(), 0, 1e-6);
        Assert.InRange(first.GetProperty("certainty").GetDouble(), 1 - 1e-6, 1);
        Assert.Equal("[3,1]", first.GetProperty("vector").GetRawText());
        Assert.Equal(JsonValueKind.String, first.GetProperty("creationTimeUnix").ValueKind);
    }

    [Fact]
    public async Task Get_WhenReferencesAreSelected_ShowsTheirObjects()
    {
        string author = await ImportAsync(2);
        string book = await shared.CreateClassAsync($$$$$$$$"""{"name":"by","dataType":["{{{{{{{{author}}}}}}}}"]}""");
        (await shared.Client.PostAsync("/v1/objects", $$$$$$$$"""{"class":"{{{{{{{{book}}}}}}}}","properties":{"by":[{"beacon":"weaviate://localhost/{{{{{{{{author}}}}}}}}/{{{{{{{{Id(2)}}}}}}}}"},{"beacon":"weaviate://localhost/{{{{{{{{author}}}}}}}}/{{{{{{{{Id(77)}}}}}}}}"}]}}""")).Expect(200);

        string data = await DataAsync($"{{Get{{{book}{{by{{... on {author}{{title}}}}}}}}}}");

        Assert.Equal($$$$$$$$"""{"Get":{"{{{{{{{{book}}}}}}}}":[{"by":[{"title":"title2"}]}]}}""", data);
    }

    [Fact]
    public async Task Query_WhenItHasVariablesAndFragments_ResolvesThem()
    {
        string name = await ImportAsync(5);
        string query = $$$$$$$$"""query Find($t: String!, $n: Int = 1) {Get{ {{{{{{{{name}}}}}}}}(where:{operator:Equal,path:["title"],valueText:$t},limit:$n){...f skipped:pages @skip(if:true)} } } fragment f on {{{{{{{{name}}}}}}}}{pages}""";

        ApiResponse response = await PostAsync(JsonSerializer.Serialize(new { query, operationName = "Find", variables = new { t = "title4" } }));

        Assert.Equal($$$$$$$$"""{"data":{"Get":{"{{{{{{{{name}}}}}}}}":[{"pages":4}]}}}""", response.Text);
    }

    [Fact]
    public async Task Aggregate_WhenCounting_CountsWithAndWithoutFilter()
    {
        string name = await ImportAsync(5);

        string data = await DataAsync(
            $$$$$$$$"""{Aggregate{all:{{{{{{{{name}}}}}}}}{meta{count}} some:{{{{{{{{name}}}}}}}}(where:{operator:LessThan,path:["pages"],valueInt:3}){meta{n:count}}}}""");

        Assert.Equal("""{"Aggregate":{"all":[{"meta":{"count":5}}],"some":[{"meta":{"n":2}}]}}""", data);
    }

    [Theory]
    [InlineData("{Get{Nowhere{x}}}", "Cannot query field \"Nowhere\" on type \"GetObjectsObj\"")]
    [InlineData("{Aggregate{Nowhere{meta{count}}}}", "Cannot query field \"Nowhere\" on type \"AggregateObjectsObj\"")]
    [InlineData("{Explore{x}}", "Cannot query field \"Explore\" on type \"WeaviateObj\"")]
    [InlineData("{Get", "Syntax Error GraphQL request (1:5) ")]
    [InlineData("{Get{...f}} fragment f on GetObjectsObj{...f}", "within itself")]
    [InlineData("{...f}", "Unknown fragment \"f\"")]
    [InlineData("query($a:Int!){Get{x}}", "\"$a\" of required type \"Int!\"")]
    [InlineData("{Get{x(limit:$n){y}}}", "\"$n\" is not defined")]
    public async Task Query_WhenItCannotBeMeant_IsAnErrorWithoutData(string query, string problem)
    {
        JsonElement answer = (await PostAsync(JsonSerializer.Serialize(new { query }))).Json;

        JsonElement error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Contains(problem, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("{nope}", "Cannot query field \"nope\"")]
    [InlineData("{author}", "must have a sub selection")]
    [InlineData("{title{x}}", "must not have a sub selection")]
    [InlineData("{_additional{nope}}", "AdditionalProps")]
    public async Task Get_WhenTheClassHasNoSuchField_IsAnErrorWithItsPlace(string selection, string problem)
    {
        string name = await ImportAsync(1);

        JsonElement answer = (await PostAsync(JsonSerializer.Serialize(new { query = $"{{Get{{{name}{selection}}}}}" }))).Json;

        JsonElement error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Contains(problem, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, error.GetProperty("locations")[0].GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("(where:{operator:Equal,path:[\"nope\"],valueText:\"x\"})", "nope")]
    [InlineData("(bm25:{query:\"x\"})", "Unknown argument \"bm25\"")]
    [InlineData("(tenant:\"t\")", "multi-tenancy")]
    [InlineData("(limit:-1)", "negative")]
    [InlineData("(offset:10000)", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("(nearVector:{vector:[1]})", "vector lengths")]
    [InlineData("(sort:{path:[\"place\"]})", "no order")]
    public async Task Get_WhenAnArgumentIsWrong_IsNullWithAnError(string arguments, string problem)
    {
        string name = await ImportAsync(1);

        JsonElement answer = (await PostAsync(JsonSerializer.Serialize(new { query = $"{{Get{{{name}{arguments}{{title}}}}}}" }))).Json;

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("data").GetProperty("Get").GetProperty(name).ValueKind);
        JsonElement error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Contains(problem, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal($"[\"Get\",\"{name}\"]", error.GetProperty("path").GetRawText());
    }

    [Fact]
    public async Task Query_WhenFragmentsMultiply_IsRefused()
    {
        string fragments = string.Concat(Enumerable.Range(0, 40).Select(n => string.Create(
            CultureInfo.InvariantCulture, $" fragment f{n} on GetObjectsObj{{...f{n + 1} ...f{n + 1}}}")));

        ApiResponse response = await PostAsync(JsonSerializer.Serialize(new { query = $"{{Get{{...f0}}}}{fragments} fragment f40 on GetObjectsObj{{x}}" }));

        Assert.Contains("more than 10000 fields", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WhenItHasNoQuery_IsRefused() =>
        (await shared.Client.PostAsync("/v1/graphql", "{}")).ExpectHandlerError(422, "query");

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");

    private async Task<ApiResponse> PostAsync(string body) => (await shared.Client.PostAsync("/v1/graphql", body)).Expect(200);

    private async Task<string> DataAsync(string query)
    {
        ApiResponse response = await PostAsync(JsonSerializer.Serialize(new { query }));
        Assert.False(response.Json.TryGetProperty("errors", out _), response.Text);
        return response.Json.GetProperty("data").GetRawText();
    }

    /// <summary>Objects 1 to n with their number in every property, and vectors (n, 1).</summary>
    private async Task<string> ImportAsync(int count)
    {
        string name = await shared.CreateClassAsync(Properties);
        IEnumerable<string> objects = Enumerable.Range(1, count).Select(n => string.Create(
            CultureInfo.InvariantCulture,
            $$$$$$"""{"class":"{{{{{{name}}}}}}","id":"{{{{{{Id(n)}}}}}}","vector":[{{{{{{n}}}}}},1],"properties":{"title":"title{{{{{{n}}}}}}","pages":{{{{{{n}}}}}},"author":{"name":"A","age":{{{{{{n}}}}}}}}}"""));
        (await shared.Client.PostAsync("/v1/batch/objects", $$$$$$$$"""{"objects":[{{{{{{{{string.Join(',', objects)}}}}}}}}]}""")).Expect(200);
        return name;
    }
}
