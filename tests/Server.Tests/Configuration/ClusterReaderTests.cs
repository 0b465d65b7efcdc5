using Basalt.Server.Configuration;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Configuration;

public sealed class ClusterReaderTests
{
    private const string Peers = "CLUSTER_BASIC_AUTH_USERNAME=nodes;CLUSTER_BASIC_AUTH_PASSWORD=hush;";

    [Fact]
    public void Settings_WithoutEndpoints_AreOfANodeAlone() => Assert.Null(Read(""));

    [Fact]
    public void Settings_WithAllVariables_AreTaken()
    {
        using var folder = new TemporaryDirectory();
        foreach (string name in new[] { "ca.pem", "cert.pem", "key.pem" })
        {
            File.WriteAllText(folder[name], "");
        }

        ClusterSettings settings = Read(
            Peers + "CLUSTER_ETCD_ENDPOINTS=https://a:2379, https://b:2379;CLUSTER_ETCD_USERNAME=basalt;CLUSTER_ETCD_PASSWORD=secret;CLUSTER_ETCD_PREFIX=/x;"
            + $"CLUSTER_ETCD_CA_FILE={folder["ca.pem"]};CLUSTER_ETCD_CERT_FILE={folder["cert.pem"]};CLUSTER_ETCD_KEY_FILE={folder["key.pem"]}")!;

        Assert.Equal(["https://a:2379/", "https://b:2379/"], settings.Etcd.Endpoints.Select(endpoint => endpoint.AbsoluteUri));
        Assert.Equal(("basalt", "secret", "/x"), (settings.Etcd.User, settings.Etcd.Password, settings.Prefix));
        Assert.Equal(
            (folder["ca.pem"], folder["cert.pem"], folder["key.pem"]),
            (settings.Etcd.AuthorityFile, settings.Etcd.CertificateFile, settings.Etcd.KeyFile));
        Assert.DoesNotContain("secret", settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=a:2379", "CLUSTER_ETCD_ENDPOINTS")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://root:secret@a:2379", "CLUSTER_ETCD_USERNAME")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379/v3", "CLUSTER_ETCD_ENDPOINTS")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379,https://b:2379", "mixes")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ETCD_USERNAME=basalt", "CLUSTER_ETCD_PASSWORD")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ETCD_PASSWORD=secret", "CLUSTER_ETCD_USERNAME")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ETCD_CA_FILE=/ca.pem", "https")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=https://a:2379;CLUSTER_ETCD_CA_FILE=/not/there.pem", "/not/there.pem")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=https://a:2379;CLUSTER_ETCD_CERT_FILE=/c.pem", "CLUSTER_ETCD_KEY_FILE")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ETCD_PREFIX=x/", "CLUSTER_ETCD_PREFIX")]
    [InlineData("CLUSTER_ETCD_PASSWORD=secret", "CLUSTER_ETCD_ENDPOINTS")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_BASIC_AUTH_PASSWORD=", "CLUSTER_BASIC_AUTH_PASSWORD")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ADVERTISE_ADDR=here", "CLUSTER_ADVERTISE_ADDR")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_LEASE_SECONDS=0", "CLUSTER_LEASE_SECONDS")]
    [InlineData("CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_CA_FILE=/not/there.pem", "/not/there.pem")]
    [InlineData("CLUSTER_CA_FILE=/ca.pem", "CLUSTER_ETCD_ENDPOINTS")]
    public void Settings_ThatAreWrong_AreRefusedByNameAndWithoutSecrets(string variables, string part)
    {
        string message = Assert.Throws<SettingsException>(() => Read(Peers + variables)).Message;

        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfPeers_AreTaken()
    {
        ClusterSettings settings = Read(Peers + "CLUSTER_ETCD_ENDPOINTS=http://a:2379;CLUSTER_ADVERTISE_ADDR=n1.example:8080;CLUSTER_LEASE_SECONDS=3;BACKUP_FILESYSTEM_SHARED=true")!;

        Assert.Equal(new Uri("http://n1.example:8080"), settings.AdvertisedAddress);
        Assert.Equal(("nodes", "hush", TimeSpan.FromSeconds(3), true), (settings.PeerUser, settings.PeerPassword, settings.LeaseTimeToLive, settings.IsFileSystemShared));
        Assert.DoesNotContain("hush", settings.ToString(), StringComparison.Ordinal);
    }

    private static ClusterSettings? Read(string variables) => SettingsReader.Read(
        variables.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .GroupBy(pair => pair[0])
            .ToDictionary(pair => pair.Key, pair => pair.Last()[1], StringComparer.Ordinal)).Cluster;
}
