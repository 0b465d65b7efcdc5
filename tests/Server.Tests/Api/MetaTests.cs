using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class MetaTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Meta_WhenAsked_TellsVersionAndAddress()
    {
        ApiResponse response = (await Client.GetAsync("/v1/meta")).Expect(200);

        Assert.Equal("application/json", response.Header("Content-Type"));
        Assert.Matches(@"\A1\.27\.\d+\z", response.Json.GetProperty("version").GetString());
        Assert.Equal(_server.Host.Address, new Uri(response.Json.GetProperty("hostname").GetString()!));
        Assert.Equal(104_858_000, response.Json.GetProperty("grpcMaxMessageSize").GetInt32());
    }
}
