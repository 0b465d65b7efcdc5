using System.IO.Compression;
using Basalt.Server.Configuration;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Google.Protobuf;

namespace Basalt.Server.Tests.Grpc;

/// <summary>What every call has in common: frames, compression, limits, statuses.</summary>
public sealed class CallTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Check = "/grpc.health.v1.Health/Check";

    private static readonly byte[] Request = new HealthCheckRequest { Service = "x" }.ToByteArray();

    private GrpcClient Client => shared.Server.Grpc;

    [Theory]
    [InlineData("")]
    [InlineData("weaviate.v1.Weaviate")]
    [InlineData("/grpc.health.v1.Health/Check")]
    public async Task Health_WhenAskedForAnyService_IsServing(string service)
    {
        byte[] request = new HealthCheckRequest { Service = service }.ToByteArray();

        GrpcResponse response = await Client.CallAsync(Check, GrpcClient.Frame(request));

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.StatusServing, response.Message(HealthCheckResponse.Parser).Status);
        Assert.Equal([0x08, 0x01], response.Body[5..]);
    }

    [Fact]
    public async Task Call_WhenMessageIsCompressedWithGzip_IsUnderstood()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
        {
            gzip.Write(Request);
        }

        GrpcResponse response = await Client.CallAsync(Check, GrpcClient.Frame(compressed.ToArray(), isCompressed: true), ("grpc-encoding", "gzip"));

        Assert.Equal("0", response.Status);
    }

    [Theory]
    [InlineData("gzip", "3", "no gzip")]
    [InlineData("deflate", "12", "'gzip' or not at all")]
    public async Task Call_WhenCompressionIsUnknownOrBroken_IsRefused(string encoding, string status, string reason)
    {
        GrpcResponse response = await Client.CallAsync(Check, GrpcClient.Frame([1, 2, 3, 4], isCompressed: true), ("grpc-encoding", encoding));

        response.ExpectError(status, reason);
    }

    [Fact]
    public async Task Call_WhenAnUncompressedMessageIsMarkedAsGzip_ButNotFlagged_IsUnderstood() =>
        Assert.Equal("0", (await Client.CallAsync(Check, GrpcClient.Frame(Request), ("grpc-encoding", "gzip"))).Status);

    [Theory]
    [InlineData(new byte[0], "no message")]
    [InlineData(new byte[] { 0, 0, 0 }, "no message")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "breaks off")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, "begins with 2")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "more than one message")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0xFF, 0xFF }, "malformed")]
    public async Task Call_WhenFrameOrMessageIsMalformed_IsAnInvalidArgument(byte[] body, string reason) =>
        (await Client.CallAsync(Check, body)).ExpectError("3", reason);

    [Fact]
    public async Task Call_WhenLengthIsBeyondTheLimit_IsRefusedBeforeItArrives() =>
        (await Client.CallAsync(Check, [0, 0xFF, 0xFF, 0xFF, 0xFF])).ExpectError("8", "4294967295");

    [Fact]
    public async Task Call_WhenCompressedMessageGrowsBeyondTheLimit_IsRefused()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
        {
            gzip.Write(new byte[10 << 20]);
        }

        GrpcResponse response = await Client.CallAsync(Check, GrpcClient.Frame(compressed.ToArray(), isCompressed: true), ("grpc-encoding", "gzip"));

        response.ExpectError("8", "up to 65536");
    }

    [Fact]
    public async Task Call_WhenMethodIsUnknown_IsUnimplemented() =>
        (await Client.CallAsync("/weaviate.v1.Weaviate/Explode", GrpcClient.Frame([]))).ExpectError("12", "/weaviate.v1.Weaviate/Explode");

    [Fact]
    public async Task Call_WhenDeadlineHasPassed_EndsWithThatStatus() =>
        (await Client.CallAsync(Check, GrpcClient.Frame(Request), ("grpc-timeout", "0n"))).ExpectError("4");

    [Fact]
    public async Task Request_WhenItIsNoCall_IsRefused()
    {
        using var http = new HttpClient { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage response = await http.GetAsync(new Uri(shared.Server.Host.GrpcAddress!, Check));

        Assert.Equal(415, (int)response.StatusCode);
    }

    [Fact]
    public async Task Meta_WhenTheLimitIsSet_TellsIt()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { Grpc = new GrpcSettings(0, 12345) });

        ApiResponse meta = (await server.Client.GetAsync("/v1/meta")).Expect(200);

        Assert.Equal(12345, meta.Json.GetProperty("grpcMaxMessageSize").GetInt32());
    }
}
