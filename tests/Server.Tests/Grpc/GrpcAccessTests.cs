using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Security;
using Basalt.Server.Tests.Support;
using Google.Protobuf;

namespace Basalt.Server.Tests.Grpc;

/// <summary>Who may call over gRPC when API keys and the admin list are on.</summary>
public sealed class GrpcAccessTests : IAsyncLifetime
{
    private const string Service = "/weaviate.v1.Weaviate/";

    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with
        {
            Access = new AccessSettings
            {
                AnonymousEnabled = false,
                Keys = [ApiKey.Of("admin-key", "ann"), ApiKey.Of("reader-key", "bob"), ApiKey.Of("other-key", "eve")],
                AdminListEnabled = true,
                Administrators = ["ann"],
                Readers = ["bob"],
            },
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("Search")]
    [InlineData("Aggregate")]
    [InlineData("BatchObjects")]
    [InlineData("BatchDelete")]
    [InlineData("BatchReferences")]
    [InlineData("TenantsGet")]
    [InlineData("Nothing")]
    public async Task Call_WithoutAKnownKey_IsUnauthenticated(string method)
    {
        byte[] frame = GrpcClient.Frame([]);

        (await _server.Grpc.CallAsync(Service + method, frame)).ExpectError("16", "anonymous access not enabled");
        (await _server.Grpc.CallAsync(Service + method, frame, ("authorization", "Bearer wrong"))).ExpectError("16", "invalid api key");
    }

    [Fact]
    public async Task EveryMethod_WithoutAKey_IsClosedButForTheHealthCheck()
    {
        string[] paths = [.. _server.Host.GrpcPaths];
        Assert.True(paths.Length >= 7, $"{paths.Length} methods");
        foreach (string path in paths)
        {
            GrpcResponse response = await _server.Grpc.CallAsync(path, GrpcClient.Frame([]));

            Assert.True(response.Status == (path == "/grpc.health.v1.Health/Check" ? "0" : "16"), $"{path}: {response.Status} {response.Detail}");
        }
    }

    [Fact]
    public async Task Health_WithoutAKey_IsAnswered() =>
        Assert.Equal("0", (await _server.Grpc.CallAsync("/grpc.health.v1.Health/Check", GrpcClient.Frame([]))).Status);

    [Theory]
    [InlineData("BatchObjects", "admin-key", "3")]
    [InlineData("BatchObjects", "reader-key", "7")]
    [InlineData("BatchDelete", "reader-key", "7")]
    [InlineData("BatchReferences", "reader-key", "7")]
    [InlineData("Search", "reader-key", "3")]
    [InlineData("TenantsGet", "reader-key", "3")]
    [InlineData("Aggregate", "reader-key", "3")]
    [InlineData("Search", "other-key", "7")]
    [InlineData("Nothing", "admin-key", "12")]
    public async Task Call_WithAKey_MayDoWhatItsUserMay(string method, string key, string status)
    {
        // Nothing is asked for: what is let in is an invalid argument.
        GrpcResponse response = await _server.Grpc.CallAsync(
            Service + method, GrpcClient.Frame(new SearchRequest().ToByteArray()), ("authorization", $"Bearer {key}"));

        Assert.True(response.Status == status, $"{response.Status}: {response.Detail}");
    }
}
