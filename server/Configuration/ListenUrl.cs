namespace Basalt.Server.Configuration;

/// <summary>The rule for addresses to listen on.</summary>
internal static class ListenUrl
{
    /// <summary>What is allowed instead of <paramref name="url"/>, or null when it is fine.</summary>
    public static string? Problem(string url)
    {
        const string Allowed = "http://<host>:<port> with a port from 0 to 65535 and no path";

        // Kestrel's wildcard hosts are not URI hosts.
        string probe = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        return Uri.TryCreate(probe, UriKind.Absolute, out Uri? uri)
            && uri.Scheme == Uri.UriSchemeHttp
            && uri.Host.Length > 0
            && uri.PathAndQuery == "/"
                ? null
                : Allowed;
    }
}
