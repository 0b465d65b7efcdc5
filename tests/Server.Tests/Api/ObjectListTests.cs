using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class ObjectListTests : IAsyncLifetime
{
    private const int Objects = 25;

    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { QueryDefaultsLimit = 7, QueryMaximumResults = 50 });
        IEnumerable<string> objects = Enumerable.Range(0, Objects).Reverse()
            .Select(i => $$$"""{"class":"Book","id":"{{{IdOf(i)}}}","properties":{"n":{{{i}}}},"vector":[{{{i}}},0.1]}""");
        (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_WhenNoLimitIsGiven_ShowsTheDefaultNumberInTheOrderOfIds()
    {
        JsonElement page = (await Client.GetAsync("/v1/objects?class=Book")).Expect(200).Json;

        Assert.Equal(Enumerable.Range(0, 7), Numbers(page));
        Assert.Equal(7, page.GetProperty("totalResults").GetInt32());
        Assert.Equal(JsonValueKind.Array, page.GetProperty("deprecations").ValueKind);
        Assert.False(page.GetProperty("objects")[0].TryGetProperty("vector", out _));
    }

    [Theory]
    [InlineData("limit=3", 0, 3)]
    [InlineData("limit=3&offset=5", 5, 3)]
    [InlineData("offset=20", 20, 5)]
    [InlineData("limit=50", 0, 25)]
    [InlineData("limit=25&offset=25", 25, 0)]
    [InlineData("limit=0", 0, 7)]
    public async Task List_WhenPaged_ShowsThatPart(string query, int first, int count)
    {
        JsonElement page = (await Client.GetAsync($"/v1/objects?class=Book&{query}")).Expect(200).Json;

        Assert.Equal(Enumerable.Range(first, count), Numbers(page));
        Assert.Equal(count, page.GetProperty("totalResults").GetInt32());
    }

    [Theory]
    [InlineData("sort=n&limit=2", new[] { 0, 1 })]
    [InlineData("sort=n&order=desc&limit=3", new[] { 24, 23, 22 })]
    [InlineData("sort=n&order=desc&limit=2&offset=1", new[] { 23, 22 })]
    [InlineData("sort=_id&order=desc&limit=1", new[] { 24 })]
    public async Task List_WhenSorted_ShowsThatOrder(string query, int[] expected)
    {
        JsonElement page = (await Client.GetAsync($"/v1/objects?class=Book&{query}")).Expect(200).Json;

        Assert.Equal(expected, Numbers(page));
        Assert.Equal(expected.Length, page.GetProperty("totalResults").GetInt32());
    }

    [Fact]
    public async Task List_WhenVectorsAreAskedFor_HasThem()
    {
        JsonElement page = (await Client.GetAsync("/v1/objects?class=book&limit=2&include=vector")).Expect(200).Json;

        Assert.Equal([1f, 0.1f], page.GetProperty("objects")[1].GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public async Task List_WhenACursorIsFollowed_ShowsEveryObjectOnce()
    {
        List<int> seen = [];
        string after = string.Empty;
        while (true)
        {
            JsonElement page = (await Client.GetAsync($"/v1/objects?class=Book&limit=4&after={after}")).Expect(200).Json;
            if (page.GetProperty("totalResults").GetInt32() == 0)
            {
                break;
            }

            seen.AddRange(Numbers(page));
            after = page.GetProperty("objects").EnumerateArray().Last().GetProperty("id").GetString()!;
        }

        Assert.Equal(Enumerable.Range(0, Objects), seen);
    }

    [Fact]
    public async Task List_WhenTheCursorsObjectIsGone_GoesOnBehindIt()
    {
        (await Client.DeleteAsync($"/v1/objects/Book/{IdOf(3)}")).Expect(204);

        JsonElement page = (await Client.GetAsync($"/v1/objects?class=Book&limit=2&after={IdOf(3)}")).Expect(200).Json;

        Assert.Equal([4, 5], Numbers(page));
    }

    [Fact]
    public async Task List_WhenNoClassIsNamed_GoesThroughAllClasses()
    {
        (await Client.PostAsync("/v1/objects", """{"class":"Author","properties":{"n":100}}""")).Expect(200);

        JsonElement page = (await Client.GetAsync("/v1/objects?limit=50")).Expect(200).Json;
        JsonElement second = (await Client.GetAsync("/v1/objects?limit=2&offset=1")).Expect(200).Json;

        Assert.Equal([100, .. Enumerable.Range(0, Objects)], Numbers(page));
        Assert.Equal([0, 1], Numbers(second));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("deprecations").ValueKind);
    }

    [Theory]
    [InlineData("after=&offset=1&limit=2", "offset")]
    [InlineData("after=", "limit")]
    [InlineData("after=x&limit=2", "'x'")]
    [InlineData("limit=51", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("limit=50&offset=1", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("limit=1&offset=9223372036854775807", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("limit=9223372036854775807&offset=9223372036854775807", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("sort=nope", "no such prop with name 'nope'")]
    [InlineData("sort=n&order=up", "order 'up'")]
    [InlineData("sort=n&after=&limit=1", "cursor")]
    [InlineData("include=all", "'all'")]
    [InlineData("tenant=t", "Book has multi-tenancy disabled")]
    [InlineData("consistency_level=two", "'two'")]
    public async Task List_WhenAParameterIsNotAllowed_SaysWhich(string query, string part) =>
        (await Client.GetAsync($"/v1/objects?class=Book&{query}")).ExpectHandlerError(422, part);

    [Theory]
    [InlineData("limit=51", "QUERY_MAXIMUM_RESULTS")]
    [InlineData("after=&limit=2", "'class'")]
    [InlineData("include=all", "'all'")]
    public async Task List_WhenNoClassIsNamed_TheSameFaultsAreTheServers(string query, string part) =>
        (await Client.GetAsync($"/v1/objects?{query}")).ExpectHandlerError(500, part);

    [Theory]
    [InlineData("limit=-1", 609, "limit")]
    [InlineData("offset=-1", 609, "offset")]
    [InlineData("limit=many", 601, "\"many\"")]
    [InlineData("limit=1.5", 601, "\"1.5\"")]
    [InlineData("offset=9223372036854775808", 601, "\"9223372036854775808\"")]
    public async Task List_WhenANumberIsNone_IsRefusedByTheFramework(string query, int code, string part) =>
        (await Client.GetAsync($"/v1/objects?class=Book&{query}")).ExpectFrameworkError(422, code, part);

    [Fact]
    public async Task List_WhenTheClassIsMissing_IsNotFoundWithoutABody() =>
        (await Client.GetAsync("/v1/objects?class=Missing")).ExpectEmpty(404);

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{number:x8}-0000-4000-8000-000000000000");

    private static IEnumerable<int> Numbers(JsonElement page) =>
        page.GetProperty("objects").EnumerateArray().Select(element => element.GetProperty("properties").GetProperty("n").GetInt32());
}
