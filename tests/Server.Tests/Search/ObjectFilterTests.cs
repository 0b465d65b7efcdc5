using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Search;

/// <summary>Filters that the index alone cannot answer: through references, and by sizes.</summary>
public sealed class ObjectFilterTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("""{"operator":"Equal","path":["by","AUTHOR","name"],"valueText":"ann"}""", "1,3")]
    [InlineData("""{"operator":"NotEqual","path":["by","AUTHOR","name"],"valueText":"ann"}""", "2,3")]
    [InlineData("""{"operator":"Not","operands":[{"operator":"Equal","path":["by","AUTHOR","name"],"valueText":"ann"}]}""", "2,4")]
    [InlineData("""{"operator":"Equal","path":["by","AUTHOR","id"],"valueText":"00000000-0000-0000-0000-000000000012"}""", "2,3")]
    [InlineData("""{"operator":"LessThan","path":["by","AUTHOR","age"],"valueInt":0}""", "")]
    [InlineData("""{"operator":"Equal","path":["after","BOOK","by","AUTHOR","name"],"valueText":"bob"}""", "4")]
    [InlineData("""{"operator":"Equal","path":["by"],"valueInt":2}""", "3")]
    [InlineData("""{"operator":"LessThan","path":["by"],"valueInt":1}""", "4")]
    [InlineData("""{"operator":"IsNull","path":["by"],"valueBoolean":false}""", "1,2,3")]
    [InlineData("""{"operator":"Equal","path":["len(title)"],"valueInt":5}""", "1")]
    [InlineData("""{"operator":"GreaterThanEqual","path":["len(tags)"],"valueInt":1}""", "1,2")]
    [InlineData("""{"operator":"Equal","path":["len(tags)"],"valueInt":0}""", "3,4")]
    public async Task Filter_WhenItLooksAtObjects_FindsThoseThatMatch(string where, string expected)
    {
        (string author, string book) = await ImportAsync();
        string filter = where.Replace("AUTHOR", author, StringComparison.Ordinal).Replace("BOOK", book, StringComparison.Ordinal);

        string found = await FindAsync(book, filter);

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("""{"operator":"Equal","path":["title","AUTHOR","name"],"valueText":"ann"}""", "'title' is no reference")]
    [InlineData("""{"operator":"Equal","path":["by","BOOK","title"],"valueText":"ann"}""", "no reference to a class")]
    [InlineData("""{"operator":"Equal","path":["by","AUTHOR"],"valueText":"ann"}""", "path takes one property")]
    [InlineData("""{"operator":"Equal","path":["by","AUTHOR","nope"],"valueText":"ann"}""", "'nope'")]
    [InlineData("""{"operator":"Like","path":["by"],"valueInt":1}""", "operator Like")]
    [InlineData("""{"operator":"Equal","path":["len(by)"],"valueInt":1}""", "no text or array 'by'")]
    [InlineData("""{"operator":"Equal","path":["len(title)"],"valueText":"x"}""", "valueInt")]
    public async Task Filter_WhenThereIsNoSuchThing_SaysWhich(string where, string problem)
    {
        (string author, string book) = await ImportAsync();
        string filter = where.Replace("AUTHOR", author, StringComparison.Ordinal).Replace("BOOK", book, StringComparison.Ordinal);

        (await SendAsync(book, filter)).ExpectHandlerError(422, problem);
    }

    [Fact]
    public async Task Filter_WhenTheClassReferredToIsDeleted_SaysThatThereIsNone()
    {
        (string author, string book) = await ImportAsync();
        (await Client.DeleteAsync($"/v1/schema/{author}")).ExpectEmpty(200);

        ApiResponse answer = await SendAsync(book, $$"""{"operator":"Equal","path":["by","{{author}}","name"],"valueText":"ann"}""");

        answer.ExpectHandlerError(422, $"no reference to a class '{author}'");
    }

    [Fact]
    public async Task Filter_WhenItHasTooManyValues_IsRefused()
    {
        (_, string book) = await ImportAsync();
        string values = string.Join(',', Enumerable.Range(0, 100_001));

        (await SendAsync(book, $$"""{"operator":"ContainsAny","path":["pages"],"valueInt":[{{values}}]}""")).ExpectHandlerError(422, "100000 values");
        string words = string.Join(' ', Enumerable.Range(0, 100_001));
        (await SendAsync(book, $$"""{"operator":"Equal","path":["title"],"valueText":"{{words}}"}""")).ExpectHandlerError(422, "100000 values");
    }

    [Fact]
    public async Task Sort_WhenItHasTooManyKeys_IsRefused()
    {
        (_, string book) = await ImportAsync();

        (await Client.GetAsync($"/v1/objects?class={book}&sort={string.Join(',', Enumerable.Repeat("pages", 33))}")).ExpectHandlerError(422, "at most 32");
    }

    private Task<ApiResponse> SendAsync(string name, string where) => Client.DeleteAsync(
        "/v1/batch/objects", $$$"""{"match":{"class":"{{{name}}}","where":{{{where}}}},"output":"verbose","dryRun":true}""");

    private async Task<string> FindAsync(string name, string where)
    {
        JsonElement results = (await SendAsync(name, where)).Expect(200).Json.GetProperty("results");
        return string.Join(',', results.GetProperty("objects").EnumerateArray()
            .Select(item => int.Parse(item.GetProperty("id").GetString()![^3..], CultureInfo.InvariantCulture)));
    }

    /// <summary>Authors 11 (Ann) and 12 (Bob); books 1 by Ann, 2 by Bob, 3 by both, 4 by nobody and after 2.</summary>
    private async Task<(string Author, string Book)> ImportAsync()
    {
        string author = await shared.CreateClassAsync("""{"name":"name","dataType":["text"]},{"name":"age","dataType":["int"]}""");
        string book = await shared.CreateClassAsync(
            $$"""{"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]},{"name":"tags","dataType":["text[]"]},{"name":"by","dataType":["{{author}}"]}""");
        (await Client.PostAsync($"/v1/schema/{book}/properties", $$"""{"name":"after","dataType":["{{book}}"]}""")).Expect(200);
        string[] objects =
        [
            Object(author, 11, """ "name":"Ann","age":30 """),
            Object(author, 12, """ "name":"Bob" """),
            Object(book, 1, $$""" "title":"größe","tags":["a","b"],"by":[{{Beacon(author, 11)}}] """),
            Object(book, 2, $$""" "title":"two","tags":["a"],"by":[{{Beacon(author, 12)}}] """),
            Object(book, 3, $$""" "tags":[],"by":[{{Beacon(author, 11)}},{"beacon":"weaviate://localhost/{{Id(12)}}"}] """),
            Object(book, 4, $$""" "after":[{{Beacon(book, 2)}}] """),
        ];
        ApiResponse batch = (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);
        Assert.DoesNotContain("FAILED", batch.Text, StringComparison.Ordinal);
        return (author, book);
    }

    private static string Object(string name, int id, string properties) => $$$"""{"class":"{{{name}}}","id":"{{{Id(id)}}}","properties":{{{{properties}}}}}""";

    private static string Beacon(string name, int id) => $$"""{"beacon":"weaviate://localhost/{{name}}/{{Id(id)}}"}""";

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");
}
