using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Basalt.Server.Cluster;

/// <summary>Trust in the one authority that a cluster has for its own connections, instead of all that the machine trusts.</summary>
internal static class AuthorityTrust
{
    /// <summary>How to meet a server that has to show a certificate of that authority.</summary>
    /// <param name="authorityFile">Certificates of authorities (PEM); null trusts those that the machine trusts.</param>
    /// <exception cref="CryptographicException">The file has no certificates.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SslClientAuthenticationOptions Of(string? authorityFile)
    {
        var tls = new SslClientAuthenticationOptions();
        if (authorityFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authorityFile);
            if (policy.CustomTrustStore.Count == 0)
            {
                throw new CryptographicException($"'{authorityFile}' has no certificate (PEM), so that nobody could be trusted.");
            }

            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }
}
