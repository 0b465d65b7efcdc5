using Basalt.Server.Configuration;

namespace Basalt.Server.Tests.Grpc;

public sealed class GrpcSettingsTests
{
    [Theory]
    [InlineData(null, "http://127.0.0.1:8080", 50051)]
    [InlineData(null, "http://127.0.0.1:0", 0)]
    [InlineData("0", "http://127.0.0.1:8080", 0)]
    [InlineData("6000", "http://127.0.0.1:0", 6000)]
    public void Port_WhenSetOrNot_FollowsTheVariableAndThePortOfRest(string? variable, string url, int port) =>
        Assert.Equal(port, Read(variable, url).Port);

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("off")]
    public void Port_WhenItIsNone_StopsTheStart(string variable) =>
        Assert.Contains("GRPC_PORT", Assert.Throws<SettingsException>(() => Read(variable, "http://*:8080")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void Grpc_WhenSwitchedOnOrOff_IsThereOrNot(string enabled, bool isThere) =>
        Assert.Equal(isThere, SettingsReader.Read(new Dictionary<string, string> { ["GRPC_ENABLED"] = enabled }).Grpc is not null);

    [Theory]
    [InlineData(null, "https://*:8080", true)]
    [InlineData(null, "http://*:8080", false)]
    [InlineData("false", "https://*:8080", false)]
    [InlineData("true", "http://*:8080", true)]
    public void Tls_WhenSetOrNot_FollowsTheVariableAndRest(string? variable, string url, bool hasTls)
    {
        GrpcSettings grpc = SettingsReader.Read(variable is null ? [] : new Dictionary<string, string> { ["GRPC_TLS"] = variable }, [url]).Grpc!;

        Assert.Equal(hasTls, grpc.HasTls);
        Assert.StartsWith(hasTls ? "https://*:" : "http://*:", grpc.Urls([url]).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Urls_WhenRestHasSeveral_AreOneForEachHost() =>
        Assert.Equal(
            ["http://127.0.0.1:7000", "http://[::1]:7000", "http://*:7000"],
            new GrpcSettings(7000).Urls(["http://127.0.0.1:80", "http://127.0.0.1:81", "http://[::1]:80/", "http://*"]));

    private static GrpcSettings Read(string? port, string url) =>
        SettingsReader.Read(port is null ? [] : new Dictionary<string, string> { ["GRPC_PORT"] = port }, [url]).Grpc!;
}
