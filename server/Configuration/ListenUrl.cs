namespace Basalt.Server.Configuration;

/// <summary>Addresses to listen on.</summary>
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
            && uri.UserInfo.Length == 0
                ? null
                : Allowed;
    }

    /// <summary>The address to connect to from this machine: a wildcard is one to listen on only.</summary>
    public static Uri Reachable(string listening)
    {
        foreach (string wildcard in (ReadOnlySpan<string>)["*", "+", "[::]", "0.0.0.0"])
        {
            listening = listening.Replace($"://{wildcard}:", "://127.0.0.1:", StringComparison.Ordinal);
        }

        return new Uri(listening);
    }

    /// <summary>Whether only this machine can reach an address to listen on.</summary>
    public static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.IsLoopback;

    /// <summary>Whether an address to listen on has TLS.</summary>
    public static bool IsSecure(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}
