using System.Collections.Immutable;
using System.Security.Cryptography;
using Basalt.Server.Cluster;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>Nodes that reach each other with TLS.</summary>
public sealed class ClusterTlsTests
{
    private const int Objects = 40;

    [Fact]
    public async Task Nodes_WithCertificatesOfTheirAuthority_AreOneCluster()
    {
        using var certificates = new TestCertificates();
        await using TestCluster cluster = await TestCluster.StartAsync(0);
        await cluster.StartNodeAsync("n1", configure: settings => Secure(settings, certificates, certificates));
        await cluster.StartNodeAsync("n2", configure: settings => Secure(settings, certificates, certificates));

        (await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Book","properties":[{"name":"n","dataType":["int"]}]}""")).Expect(200);
        ApiResponse imported = await ImportAsync(cluster["n2"].Client);
        int[] found = [.. cluster.Nodes.Select(node => node.Host.Catalog.Get("Book").Shards.Sum(shard => (int)shard.ObjectCount))];

        Assert.DoesNotContain("FAILED", imported.Text, StringComparison.Ordinal);
        Assert.Equal("https", cluster["n1"].Host.Address.Scheme);
        Assert.Equal(Objects, found.Sum());
        Assert.All(found, count => Assert.InRange(count, 1, Objects - 1));
        foreach (TestCluster.Node node in cluster.Nodes)
        {
            Assert.Equal(Objects, (await node.Client.GetAsync("/v1/objects?class=Book&limit=100")).Expect(200).Json.GetProperty("objects").GetArrayLength());
        }
    }

    [Fact]
    public async Task Node_WithACertificateOfAnotherAuthority_IsNotBelieved()
    {
        using var own = new TestCertificates();
        using var foreign = new TestCertificates();
        await using TestCluster cluster = await TestCluster.StartAsync(0);
        await cluster.StartNodeAsync("n1", configure: settings => Secure(settings, own, own));
        await cluster.StartNodeAsync("n2", configure: settings => Secure(settings, own, own));
        (await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Book","properties":[{"name":"n","dataType":["int"]}]}""")).Expect(200);
        await ImportAsync(cluster["n1"].Client);
        await cluster.StopNodeAsync("n2");

        await cluster.StartNodeAsync("n2", configure: settings => Secure(settings, foreign, own));
        ApiResponse forward = await cluster["n1"].Client.GetAsync("/v1/objects?class=Book&limit=100");
        ApiResponse back = await cluster["n2"].Client.GetAsync("/v1/objects?class=Book&limit=100");

        Assert.Equal((503, 200), (forward.Status, back.Status));
        Assert.Contains("n2", forward.Text, StringComparison.Ordinal);
        Assert.Contains("SSL", forward.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_InAFileWithoutACertificate_IsRefused()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["ca.pem"], "nothing of the kind");

        CryptographicException refusal = Assert.Throws<CryptographicException>(() => AuthorityTrust.Of(folder["ca.pem"]));

        Assert.Contains("ca.pem", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<ApiResponse> ImportAsync(ApiClient client) => client.PostAsync(
        "/v1/batch/objects",
        $$"""{"objects":[{{string.Join(',', Enumerable.Range(0, Objects).Select(i => $$$"""{"class":"Book","id":"{{{Guid.NewGuid()}}}","properties":{"n":{{{i}}}}}"""))}}]}""");

    private static ServerSettings Secure(ServerSettings settings, TestCertificates shown, TestCertificates trusted) => settings with
    {
        Urls = ["https://127.0.0.1:0"],
        Kestrel = ImmutableDictionary<string, string>.Empty
            .Add("Certificates:Default:Path", shown.CertificateFile)
            .Add("Certificates:Default:KeyPath", shown.KeyFile),
        Cluster = settings.Cluster! with { PeerAuthorityFile = trusted.AuthorityFile },
    };
}
