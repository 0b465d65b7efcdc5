namespace Basalt.Server.Configuration;

/// <summary>The rule for addresses to listen on.</summary>
internal static class ListenUrl
{
    /// <summary>What is allowed instead of <paramref name="url"/>, or null when it is fine.</summary>
    public static string? Problem(string url)
    {
        const string Allowed = "http://<host>:<port> or https://<host>:<port> with a port from 0 to 65535 and no path";

        // Kestrel's wildcard hosts are not URI hosts.
        string probe = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        return Uri.TryCreate(probe, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Host.Length > 0
            && uri.PathAndQuery == "/"
                ? null
                : Allowed;
    }

    /// <summary>Whether only this machine can reach an address to listen on.</summary>
    public static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.IsLoopback;
}
