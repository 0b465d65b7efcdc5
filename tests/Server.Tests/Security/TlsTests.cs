using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Security;

/// <summary>REST and gRPC with TLS, by Kestrel's own settings and a certificate that the test makes.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _certificate;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_directory["server.pem"], _certificate.ExportCertificatePem());
        File.WriteAllText(_directory["server.key"], key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Server_WithACertificate_ServesRestAndGrpcWithTls()
    {
        ServerSettings read = Read(("GRPC_PORT", "0"));
        await using TestServer server = await TestServer.StartAsync(
            settings => settings with { Urls = read.Urls, Grpc = read.Grpc, Kestrel = read.Kestrel });
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString() },
        });

        string meta = await client.GetStringAsync(new Uri(server.Host.Address, "/v1/meta"));
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Host.GrpcAddress!, "/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcClient.Frame([])) { Headers = { { "Content-Type", "application/grpc" } } },
        };
        using HttpResponseMessage health = await client.SendAsync(call);
        await health.Content.ReadAsByteArrayAsync();

        Assert.Equal(("https", "https"), (server.Host.Address.Scheme, server.Host.GrpcAddress!.Scheme));
        Assert.Contains("grpcMaxMessageSize", meta, StringComparison.Ordinal);
        Assert.Equal("0", health.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Server_WithTlsForGrpcButNoCertificate_DoesNotStart()
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(
            () => TestServer.StartAsync(settings => settings with { Grpc = new GrpcSettings(0, HasTls: true) }));

        Assert.Contains("GRPC_TLS", failure.Message, StringComparison.Ordinal);
        Assert.Contains(KestrelReader.CertificateVariable, failure.Message, StringComparison.Ordinal);
    }

    private ServerSettings Read(params ReadOnlySpan<(string Name, string Value)> more)
    {
        var variables = new Dictionary<string, string>
        {
            ["Kestrel__Certificates__Default__Path"] = _directory["server.pem"],
            ["Kestrel__Certificates__Default__KeyPath"] = _directory["server.key"],
        };
        foreach ((string name, string value) in more)
        {
            variables[name] = value;
        }

        return SettingsReader.Read(variables, ImmutableArray.Create("https://127.0.0.1:0"));
    }
}
