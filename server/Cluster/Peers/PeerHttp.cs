namespace Basalt.Server.Cluster.Peers;

/// <summary>HTTP clients for other nodes: they show the credentials to the address that a node has registered, and to nobody in between.</summary>
internal static class PeerHttp
{
    /// <summary>Creates one.</summary>
    /// <param name="credentials">What the nodes tell each other by.</param>
    /// <param name="connect">How long another node may take to accept a connection.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The authority's certificate cannot be read.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public static HttpClient Create(PeerCredentials credentials, TimeSpan connect)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = KeepAliveConnection.OpenAsync,
            ConnectTimeout = connect,
            SslOptions = AuthorityTrust.Of(credentials.AuthorityFile),
            UseCookies = false,
            UseProxy = false,
        };

        // Each call has its own time limit.
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = credentials.Header;
        return client;
    }
}
