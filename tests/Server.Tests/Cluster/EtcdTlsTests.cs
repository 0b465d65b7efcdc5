using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

public sealed class EtcdTlsTests
{
    [Fact]
    public async Task Store_OfEtcdWithTls_NeedsItsAuthorityAndACertificateOfItsOwn()
    {
        using var own = new TestCertificates();
        using var foreign = new TestCertificates();
        await using EtcdServer server = await EtcdServer.StartSecureAsync(
            "--cert-file", own.CertificateFile, "--key-file", own.KeyFile, "--trusted-ca-file", own.AuthorityFile, "--client-cert-auth");
        EtcdOptions options = server.Options with
        {
            AuthorityFile = own.AuthorityFile,
            CertificateFile = own.CertificateFile,
            KeyFile = own.KeyFile,
            Patience = TimeSpan.Zero,
        };

        Assert.Null(await FindAsync(options));
        await Assert.ThrowsAsync<ClusterUnavailableException>(() => FindAsync(options with { AuthorityFile = foreign.AuthorityFile }));
        await Assert.ThrowsAsync<ClusterUnavailableException>(() => FindAsync(options with { AuthorityFile = null }));
        await Assert.ThrowsAsync<ClusterUnavailableException>(() => FindAsync(options with { CertificateFile = null, KeyFile = null }));
        await Assert.ThrowsAsync<ClusterUnavailableException>(
            () => FindAsync(options with { CertificateFile = foreign.CertificateFile, KeyFile = foreign.KeyFile }));
    }

    private static async Task<ClusterEntry?> FindAsync(EtcdOptions options)
    {
        await using var store = new EtcdClusterStore(options, TimeProvider.System);
        return await store.FindAsync("/k", CancellationToken.None);
    }
}
