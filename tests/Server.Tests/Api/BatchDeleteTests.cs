using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class BatchDeleteTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { QueryMaximumResults = 1000 });
        (await Client.PostAsync("/v1/schema", """
            {"class":"Book","invertedIndexConfig":{"indexTimestamps":true},"properties":[
              {"name":"title","dataType":["text"]},{"name":"code","dataType":["text"],"tokenization":"field"},
              {"name":"pages","dataType":["int"]},{"name":"price","dataType":["number"]},{"name":"sold","dataType":["boolean"]},
              {"name":"published","dataType":["date"]},{"name":"isbn","dataType":["uuid"]},{"name":"tags","dataType":["text[]"]},
              {"name":"hidden","dataType":["text"],"indexFilterable":false,"indexSearchable":false},{"name":"data","dataType":["blob"]},
              {"name":"place","dataType":["geoCoordinates"]}]}
            """)).Expect(200);
        string[] objects =
        [
            Book(0, """ "title":"The Old Sea","code":"A-1","pages":-5,"price":1.5,"sold":true,"published":"2020-01-01T00:00:00Z","tags":["red","blue"],"place":{"latitude":52.37,"longitude":4.9} """),
            Book(1, """ "title":"the new sea","code":"a-1","pages":0,"price":-0.0,"sold":false,"published":"2021-06-01T12:00:00+02:00","tags":["blue"],"place":{"latitude":52.52,"longitude":13.4} """),
            Book(2, """ "title":"Seaside","code":"B 2","pages":7,"price":-2.5,"isbn":"0a0a0a0a-0000-4000-8000-000000000001","tags":[],"place":{"latitude":0,"longitude":179.9} """),
            Book(3, """ "title":"Größe","code":"ZZZ","pages":9223372036854775807,"price":1e300,"sold":true,"place":{"latitude":-0.01,"longitude":-179.9} """),
            Book(4, """ "pages":-9223372036854775808,"price":0 """),
        ];
        JsonElement items = (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200).Json;
        Assert.All(items.EnumerateArray(), item => Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("""{"operator":"Equal","path":["title"],"valueText":"sea"}""", "0 1")]
    [InlineData("""{"operator":"Equal","path":["title"],"valueText":"SEA old"}""", "0")]
    [InlineData("""{"operator":"Equal","path":["Title"],"valueString":"größe"}""", "3")]
    [InlineData("""{"operator":"Equal","path":["title"],"valueText":"nothing"}""", "")]
    [InlineData("""{"operator":"NotEqual","path":["title"],"valueText":"sea"}""", "2 3 4")]
    [InlineData("""{"operator":"Equal","path":["code"],"valueText":"A-1"}""", "0")]
    [InlineData("""{"operator":"Equal","path":["code"],"valueText":" B 2 "}""", "2")]
    [InlineData("""{"operator":"GreaterThan","path":["code"],"valueText":"A-1"}""", "1 2 3")]
    [InlineData("""{"operator":"LessThanEqual","path":["code"],"valueText":"B 2"}""", "0 2")]
    [InlineData("""{"operator":"Like","path":["title"],"valueText":"sea*"}""", "0 1 2")]
    [InlineData("""{"operator":"Like","path":["title"],"valueText":"s?a"}""", "0 1")]
    [InlineData("""{"operator":"Like","path":["title"],"valueText":"gr??e"}""", "3")]
    [InlineData("""{"operator":"Like","path":["title"],"valueText":"*e*"}""", "0 1 2 3")]
    [InlineData("""{"operator":"Like","path":["code"],"valueText":"?-1"}""", "0 1")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":52.37,"longitude":4.91},"distance":{"max":1000}}}""", "0")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":52.37,"longitude":4.9},"distance":{"max":570000}}}""", "0")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":52.37,"longitude":4.9},"distance":{"max":585000}}}""", "0 1")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":0,"longitude":180},"distance":{"max":11500}}}""", "2 3")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{"geoCoordinates":{"latitude":90,"longitude":0},"distance":{"max":30000000}}}""", "0 1 2 3")]
    [InlineData("""{"operator":"IsNull","path":["place"],"valueBoolean":true}""", "4")]
    [InlineData("""{"operator":"Equal","path":["pages"],"valueInt":7}""", "2")]
    [InlineData("""{"operator":"GreaterThan","path":["pages"],"valueInt":0}""", "2 3")]
    [InlineData("""{"operator":"GreaterThan","path":["pages"],"valueInt":9223372036854775807}""", "")]
    [InlineData("""{"operator":"GreaterThanEqual","path":["pages"],"valueInt":9223372036854775807}""", "3")]
    [InlineData("""{"operator":"LessThan","path":["pages"],"valueInt":0}""", "0 4")]
    [InlineData("""{"operator":"LessThan","path":["pages"],"valueInt":-9223372036854775808}""", "")]
    [InlineData("""{"operator":"LessThanEqual","path":["pages"],"valueInt":-5}""", "0 4")]
    [InlineData("""{"operator":"Equal","path":["price"],"valueNumber":0}""", "1 4")]
    [InlineData("""{"operator":"LessThan","path":["price"],"valueNumber":0.0}""", "2")]
    [InlineData("""{"operator":"GreaterThanEqual","path":["price"],"valueNumber":1.5}""", "0 3")]
    [InlineData("""{"operator":"GreaterThan","path":["price"],"valueInt":1}""", "0 3")]
    [InlineData("""{"operator":"Equal","path":["sold"],"valueBoolean":true}""", "0 3")]
    [InlineData("""{"operator":"Equal","path":["sold"],"valueBoolean":false}""", "1")]
    [InlineData("""{"operator":"Equal","path":["published"],"valueDate":"2021-06-01T10:00:00Z"}""", "1")]
    [InlineData("""{"operator":"LessThan","path":["published"],"valueDate":"2021-01-01T00:00:00Z"}""", "0")]
    [InlineData("""{"operator":"Equal","path":["isbn"],"valueText":"0A0A0A0A-0000-4000-8000-000000000001"}""", "2")]
    [InlineData("""{"operator":"ContainsAny","path":["tags"],"valueText":["red","green"]}""", "0")]
    [InlineData("""{"operator":"ContainsAll","path":["tags"],"valueTextArray":["red","blue"]}""", "0")]
    [InlineData("""{"operator":"ContainsNone","path":["tags"],"valueText":["red"]}""", "1 2 3 4")]
    [InlineData("""{"operator":"ContainsAny","path":["pages"],"valueIntArray":[0,7]}""", "1 2")]
    [InlineData("""{"operator":"IsNull","path":["title"],"valueBoolean":true}""", "4")]
    [InlineData("""{"operator":"IsNull","path":["tags"],"valueBoolean":false}""", "0 1")]
    [InlineData("""{"operator":"Equal","path":["id"],"valueText":"00000003-0000-4000-8000-000000000000"}""", "3")]
    [InlineData("""{"operator":"ContainsAny","path":["id"],"valueText":["00000003-0000-4000-8000-000000000000","00000009-0000-4000-8000-000000000000"]}""", "3")]
    [InlineData("""{"operator":"GreaterThan","path":["_creationTimeUnix"],"valueText":"0"}""", "0 1 2 3 4")]
    [InlineData("""{"operator":"LessThan","path":["_lastUpdateTimeUnix"],"valueDate":"2001-01-01T00:00:00Z"}""", "")]
    [InlineData("""{"operator":"And","operands":[{"operator":"Equal","path":["title"],"valueText":"sea"},{"operator":"Equal","path":["sold"],"valueBoolean":true}]}""", "0")]
    [InlineData("""{"operator":"Or","operands":[{"operator":"Equal","path":["pages"],"valueInt":7},{"operator":"Equal","path":["sold"],"valueBoolean":true}]}""", "0 2 3")]
    [InlineData("""{"operator":"Not","operands":[{"operator":"Equal","path":["sold"],"valueBoolean":true}]}""", "1 2 4")]
    [InlineData("""{"operator":"And","operands":[{"operator":"NotEqual","path":["sold"],"valueBoolean":true},{"operator":"NotEqual","path":["pages"],"valueInt":7}]}""", "1 4")]
    public async Task Delete_WhenItIsADryRun_FindsWhatMatchesAndDeletesNothing(string where, string expected)
    {
        JsonElement results = (await DeleteAsync(where, dryRun: true)).Expect(200).Json.GetProperty("results");

        Assert.Equal(expected, Numbers(results));
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split(' ').Length, results.GetProperty("matches").GetInt32());
        Assert.Equal(0, results.GetProperty("successful").GetInt32());
        Assert.All(results.GetProperty("objects").EnumerateArray(), item => Assert.Equal("DRYRUN", item.GetProperty("status").GetString()));
        Assert.Equal(5, await CountAsync());
    }

    [Fact]
    public async Task Delete_WhenObjectsMatch_RemovesThemAndTheirIndexEntries()
    {
        const string Where = """{"operator":"Equal","path":["title"],"valueText":"sea"}""";

        JsonElement answer = (await DeleteAsync(Where, dryRun: false)).Expect(200).Json;

        JsonElement results = answer.GetProperty("results");
        Assert.Equal("0 1", Numbers(results));
        Assert.Equal(2, results.GetProperty("successful").GetInt32());
        Assert.Equal(0, results.GetProperty("failed").GetInt32());
        Assert.Equal(1000, results.GetProperty("limit").GetInt32());
        Assert.False(answer.GetProperty("dryRun").GetBoolean());
        Assert.Equal("verbose", answer.GetProperty("output").GetString());
        Assert.Equal("Book", answer.GetProperty("match").GetProperty("class").GetString());
        Assert.Equal(3, await CountAsync());
        Assert.Equal(string.Empty, Numbers((await DeleteAsync(Where, dryRun: true)).Json.GetProperty("results")));
        (await Client.GetAsync($"/v1/objects/Book/{IdOf(0)}")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Delete_WhenTermsAreLongerThanTheIndexHolds_StillTellsThemApart()
    {
        string same = new('x', 2000);
        string[] objects = [Book(20, $""" "code":"{same}a" """), Book(21, $""" "code":"{same}b" """), Book(22, $""" "code":"{same}" """)];
        (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);

        async Task<string> FindAsync(string comparison, string text) => Numbers((await DeleteAsync(
            $$"""{"operator":"{{comparison}}","path":["code"],"valueText":"{{text}}"}""", dryRun: true)).Expect(200).Json.GetProperty("results"));

        Assert.Equal("20", await FindAsync("Equal", same + "a"));
        Assert.Equal("22", await FindAsync("Equal", same));
        Assert.Equal(string.Empty, await FindAsync("Equal", same + "c"));
        Assert.Equal("21", await FindAsync("Like", "xx*b"));
        Assert.Equal("20 21", await FindAsync("Like", same + "?"));
        Assert.Equal("20 21 22", await FindAsync("Like", "x*"));
    }

    [Fact]
    public async Task Delete_WhenTheOutputIsMinimal_ListsNoObjects()
    {
        JsonElement results = (await Client.DeleteAsync(
            "/v1/batch/objects", """{"match":{"class":"book","where":{"operator":"Equal","path":["sold"],"valueBoolean":true}}}""")).Expect(200).Json;

        Assert.Equal("minimal", results.GetProperty("output").GetString());
        Assert.Equal(JsonValueKind.Null, results.GetProperty("results").GetProperty("objects").ValueKind);
        Assert.Equal(2, results.GetProperty("results").GetProperty("successful").GetInt32());
    }

    [Fact]
    public async Task Delete_WhenMoreMatchThanOneRequestTakes_DeletesUpToTheLimit()
    {
        string[] objects = [.. Enumerable.Range(100, 1200).Select(i => Book(i, """ "title":"mass" """))];
        (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);
        const string Where = """{"operator":"Equal","path":["title"],"valueText":"mass"}""";

        JsonElement first = (await DeleteAsync(Where, dryRun: false)).Expect(200).Json.GetProperty("results");
        JsonElement second = (await DeleteAsync(Where, dryRun: false)).Expect(200).Json.GetProperty("results");

        Assert.Equal((1200, 1000), (first.GetProperty("matches").GetInt32(), first.GetProperty("successful").GetInt32()));
        Assert.Equal((200, 200), (second.GetProperty("matches").GetInt32(), second.GetProperty("successful").GetInt32()));
        Assert.Equal(5, await CountAsync());
    }

    [Theory]
    [InlineData("""{"operator":"Equal","path":["missing"],"valueText":"x"}""", "'missing'")]
    [InlineData("""{"operator":"Equal","path":["pages"],"valueText":"x"}""", "valueInt")]
    [InlineData("""{"operator":"Equal","path":["pages"],"valueInt":1.5}""", "'pages'")]
    [InlineData("""{"operator":"Equal","path":["pages"],"valueInt":[]}""", "valueInt is empty")]
    [InlineData("""{"operator":"Equal","path":["pages"],"valueInt":[1,2]}""", "one value")]
    [InlineData("""{"operator":"Equal","path":["title"],"valueText":"!!!"}""", "'title'")]
    [InlineData("""{"operator":"GreaterThan","path":["title"],"valueText":"two words"}""", "single term")]
    [InlineData("""{"operator":"Like","path":["pages"],"valueInt":1}""", "Like")]
    [InlineData("""{"operator":"Equal","path":["published"],"valueDate":"yesterday"}""", "'published'")]
    [InlineData("""{"operator":"Equal","path":["isbn"],"valueText":"no"}""", "'isbn'")]
    [InlineData("""{"operator":"Equal","path":["id"],"valueText":"no"}""", "'id'")]
    [InlineData("""{"operator":"IsNull","path":["id"],"valueBoolean":true}""", "IsNull")]
    [InlineData("""{"operator":"IsNull","path":["title"]}""", "valueBoolean")]
    [InlineData("""{"operator":"Equal","path":["hidden"],"valueText":"x"}""", "'hidden'")]
    [InlineData("""{"operator":"Equal","path":["data"],"valueText":"x"}""", "'data'")]
    [InlineData("""{"operator":"Equal","path":["a","b"],"valueText":"x"}""", "path")]
    [InlineData("""{"operator":"Equal","path":[],"valueText":"x"}""", "path")]
    [InlineData("""{"operator":"Equal","valueText":"x"}""", "path")]
    [InlineData("""{"path":["title"],"valueText":"x"}""", "operator")]
    [InlineData("""{"operator":"Near","path":["title"],"valueText":"x"}""", "'Near'")]
    [InlineData("""{"operator":"3","path":["title"],"valueText":"x"}""", "'3'")]
    [InlineData("""{"operator":"WithinGeoRange","path":["title"],"valueText":"x"}""", "geoCoordinates only")]
    [InlineData("""{"operator":"WithinGeoRange","path":["place"],"valueGeoRange":{}}""", "distance")]
    [InlineData("""{"operator":"Equal","path":["place"],"valueGeoRange":{}}""", "'place'")]
    [InlineData("""{"operator":"And"}""", "operands")]
    [InlineData("""{"operator":"And","operands":[]}""", "operands")]
    [InlineData("""{"operator":"Or","operands":[5]}""", "object")]
    [InlineData("""{"operator":"Not","operands":[{"operator":"IsNull","path":["title"],"valueBoolean":true},{"operator":"IsNull","path":["title"],"valueBoolean":true}]}""", "one operand")]
    public async Task Delete_WhenTheFilterIsWrong_NamesClassAndFault(string where, string part) =>
        (await DeleteAsync(where, dryRun: false)).ExpectHandlerError(422, "Book", part);

    [Fact]
    public async Task Delete_WhenTheFilterIsNestedTooDeeply_SaysSo()
    {
        string where = """{"operator":"IsNull","path":["title"],"valueBoolean":true}""";
        for (int i = 0; i < 28; i++)
        {
            where = $$"""{"operator":"Not","operands":[{{where}}]}""";
        }

        (await DeleteAsync(where, dryRun: true)).Expect(200);

        (await DeleteAsync(string.Concat(Enumerable.Repeat("""{"operator":"Not","operands":[""", 40)), dryRun: true)).ExpectFrameworkError(400, 400);
    }

    [Theory]
    [InlineData("""{}""", "match")]
    [InlineData("""{"match":{}}""", "match.class")]
    [InlineData("""{"match":{"class":"Book"}}""", "Book")]
    [InlineData("""{"match":{"class":"Missing","where":{}}}""", "Missing")]
    [InlineData("""{"match":{"class":"Book","where":{}},"output":"loud"}""", "loud")]
    public async Task Delete_WhenTheRequestIsIncomplete_NamesTheFault(string body, string part) =>
        (await Client.DeleteAsync("/v1/batch/objects", body)).ExpectHandlerError(422, part);

    [Theory]
    [InlineData("""{"match":5}""", "match")]
    [InlineData("""{"match":{"class":5}}""", "match.class")]
    [InlineData("""{"match":{"class":"Book","where":[]}}""", "match.where")]
    [InlineData("""{"dryRun":"no"}""", "dryRun")]
    [InlineData("""{"output":1}""", "output")]
    public async Task Delete_WhenAMemberIsOfTheWrongType_NamesIt(string body, string path) =>
        (await Client.DeleteAsync("/v1/batch/objects", body)).ExpectFrameworkError(422, 601, $"{path} in body must be of type ");

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{number:x8}-0000-4000-8000-000000000000");

    private static string Book(int number, string properties) =>
        $$$"""{"class":"Book","id":"{{{IdOf(number)}}}","properties":{ {{{properties}}} } }""";

    private static string Numbers(JsonElement results) =>
        string.Join(' ', results.GetProperty("objects").EnumerateArray().Select(item => Convert.ToInt32(item.GetProperty("id").GetString()![..8], 16)));

    private Task<ApiResponse> DeleteAsync(string where, bool dryRun) => Client.DeleteAsync(
        "/v1/batch/objects", $$"""{"match":{"class":"Book","where":{{where}}},"output":"verbose","dryRun":{{(dryRun ? "true" : "false")}}}""");

    private async Task<int> CountAsync() =>
        (await Client.GetAsync("/v1/nodes/Book")).Expect(200).Json.GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt32();
}
