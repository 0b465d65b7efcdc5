using System.Net.Http.Headers;
using System.Text;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class RoutingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v2/schema")]
    [InlineData("/v1/schema/A/b/c")]
    public async Task Path_WhenItIsUnknown_IsNotFound(string path) =>
        (await Client.GetAsync(path)).ExpectFrameworkError(404, 404, $"path {path} was not found");

    [Theory]
    [InlineData("PUT", "/v1/meta", "GET")]
    [InlineData("PATCH", "/v1/schema", "GET, POST")]
    [InlineData("POST", "/v1/schema/Book", "DELETE, GET, PUT")]
    [InlineData("POST", "/v1/objects/Book/7b0c3a1e-1111-4222-8333-444455556666", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("GET", "/v1/batch/objects", "DELETE, POST")]
    public async Task Method_WhenThePathHasOthers_IsNotAllowed(string method, string path, string allowed)
    {
        ApiResponse response = await Client.SendAsync(new HttpMethod(method), path);

        response.ExpectFrameworkError(405, 405, $"method {method} is not allowed, but [");
        string[] listed = [.. response.Header("Allow")!.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)];
        Assert.Equal(allowed.Split(", "), listed);
        Assert.All(listed, name => Assert.Contains(name, response.FrameworkMessage, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp; charset=utf-8")]
    public async Task Body_WhenItsTypeIsNotJson_IsUnsupported(string type)
    {
        using var content = new StringContent("{}", Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

        ApiResponse response = await Client.SendAsync(HttpMethod.Post, "/v1/schema", content);

        response.ExpectFrameworkError(415, 415, type.Split(';')[0], "application/json");
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Body_WhenItsTypeIsJsonInAnotherSpelling_IsTaken(string type)
    {
        string name = shared.NewClassName();
        using var content = new StringContent($$"""{"class":"{{name}}"}""") { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

        (await Client.SendAsync(HttpMethod.Post, "/v1/schema", content)).Expect(200);
    }

    [Fact]
    public async Task Body_WhenItHasNoType_IsTakenAsJson()
    {
        string name = shared.NewClassName();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"class":"{{name}}"}"""));

        (await Client.SendAsync(HttpMethod.Post, "/v1/schema", content)).Expect(200);
    }

    [Fact]
    public async Task Preflight_WhenABrowserAsks_AllowsEverything()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(shared.Server.Host.Address, "/v1/objects"));
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-weaviate-client");
        using var http = new HttpClient();

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("POST", string.Join(',', response.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        Assert.Contains(
            "x-weaviate-client",
            string.Join(',', response.Headers.GetValues("Access-Control-Allow-Headers")),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Failure_WhenABrowserSentIt_CarriesTheCorsHeader()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Server.Host.Address, "/v1/objects?class=Missing&include=x"));
        request.Headers.Add("Origin", "https://app.example");
        using var http = new HttpClient();

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Headers_WhenClientsSendTheirOwn_AreIgnored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Server.Host.Address, "/v1/meta"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "unused");
        request.Headers.Add("X-Weaviate-Client", "weaviate-client-typescript/2.2.0");
        request.Headers.Add("X-OpenAI-Api-Key", "unused");
        using var http = new HttpClient();

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
    }
}
