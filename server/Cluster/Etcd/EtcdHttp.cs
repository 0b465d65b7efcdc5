using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>The HTTP client for etcd: its certificates, and how it notices a peer that is gone.</summary>
internal static class EtcdHttp
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Creates the client.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static HttpClient Create(EtcdOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,

            // A watch sends nothing, so that without keep-alive it would never notice that the other end lost power.
            ConnectCallback = KeepAliveConnection.OpenAsync,
            SslOptions = Tls(options),
        };

        // Each request has its own time limit, and a watch has none.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static SslClientAuthenticationOptions Tls(EtcdOptions options)
    {
        SslClientAuthenticationOptions tls = AuthorityTrust.Of(options.AuthorityFile);
        if (options.CertificateFile is { } certificateFile)
        {
            tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificateFile, options.KeyFile)];
        }

        return tls;
    }
}
