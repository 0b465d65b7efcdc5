using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class MetaTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Meta_WhenAsked_TellsVersionAndAddress()
    {
        ApiResponse response = (await Client.GetAsync("/v1/meta")).Expect(200);

        Assert.Equal("application/json", response.Header("Content-Type"));
        Assert.Matches(@"\A1\.32\.\d+\z", response.Json.GetProperty("version").GetString());
        Assert.Equal(shared.Server.Host.Address, new Uri(response.Json.GetProperty("hostname").GetString()!));
        Assert.Equal(JsonValueKind.Object, response.Json.GetProperty("modules").ValueKind);
        Assert.Equal(104_858_000, response.Json.GetProperty("grpcMaxMessageSize").GetInt32());
    }

    [Theory]
    [InlineData("/v1/.well-known/live", 200)]
    [InlineData("/v1/.well-known/ready", 200)]
    [InlineData("/v1/.well-known/openid-configuration", 404)]
    public async Task Probe_WhenAsked_AnswersWithAnEmptyBody(string path, int status) =>
        (await Client.GetAsync(path)).ExpectEmpty(status);

    [Fact]
    public async Task Root_WhenAsked_LeadsToTheApi()
    {
        ApiResponse response = await Client.GetAsync("/");

        response.ExpectEmpty(301);
        Assert.Equal("/v1", response.Header("Location"));
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    public async Task Links_WhenAsked_AreAbsoluteAddressesOfThisServer(string path)
    {
        ApiResponse response = (await Client.GetAsync(path)).Expect(200);

        string[] links = [.. response.Json.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("href").GetString()!)];
        Assert.Contains(new Uri(shared.Server.Host.Address, "/v1/meta").ToString(), links);
        Assert.All(links, link => Assert.StartsWith(shared.Server.Host.Address.ToString(), link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_WhenAnOriginIsConfigured_BeginWithIt()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { Origin = "https://data.example" });

        ApiResponse meta = (await server.Client.GetAsync("/v1/meta")).Expect(200);
        ApiResponse links = (await server.Client.GetAsync("/v1")).Expect(200);

        Assert.Equal("https://data.example", meta.Json.GetProperty("hostname").GetString());
        Assert.StartsWith("https://data.example/v1", links.Json.GetProperty("links")[0].GetProperty("href").GetString(), StringComparison.Ordinal);
    }
}
