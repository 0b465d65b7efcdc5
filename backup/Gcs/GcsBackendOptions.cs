using System.Buffers;

namespace Basalt.Backup.Gcs;

/// <summary>Where a repository is on Google Cloud Storage and how to get there. Validated once, by the constructor of <see cref="GcsBackend"/>.</summary>
public sealed record GcsBackendOptions
{
    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>The bucket; it has to exist. 3 to 222 of lower-case letters, digits, '.', '-' and '_'.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the names of all objects begin with: segments joined by '/'. Empty unless told: the whole bucket.</summary>
    public string Path { get; init; } = "";

    /// <summary>The server, with scheme and without a path. Google's unless told; another one is an emulator or a private endpoint.</summary>
    public Uri Endpoint { get; init; } = new("https://storage.googleapis.com");

    /// <summary>
    /// Whether requests carry a token of the Application Default Credentials: a key file, a user's login, a workload identity or the
    /// machine's service account. True unless told; emulators want none.
    /// </summary>
    public bool UseAuthentication { get; init; } = true;

    /// <summary>
    /// Bytes from which on an object is uploaded in a session that goes on where a broken connection left it. 0 (all) to 1 TiB, 8 MiB
    /// unless told. A session costs one request more.
    /// </summary>
    public long ResumableThresholdBytes { get; init; } = 8L << 20;

    /// <summary>Most connections at a time. 1 to 1,024, 64 unless told.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>How long a connection may take to be made. 1 second to 5 minutes, 10 seconds unless told.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a text can be the name of a bucket.</summary>
    public static bool IsBucket(string? name) =>
        name is { Length: >= 3 and <= 222 } && !name.AsSpan().ContainsAnyExcept(BucketCharacters) && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);

    /// <summary>Whether a text can be a path: empty, or segments of letters, digits, '.', '_' and '-' joined by '/'.</summary>
    public static bool IsPath(string? path) => ObjectKey.IsFolder(path);

    /// <summary>Whether a URI can be an endpoint: HTTP or HTTPS, without user, path, query and fragment.</summary>
    public static bool IsEndpoint(Uri? endpoint) =>
        endpoint is { IsAbsoluteUri: true, UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
        && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps);

    internal void Validate()
    {
        Require(IsBucket(Bucket), nameof(Bucket), Bucket, "3 to 222 of lower-case letters, digits, '.', '-' and '_', beginning and ending with a letter or digit");
        Require(IsPath(Path), nameof(Path), Path, $"segments of letters, digits, '.', '_' and '-' joined by '/', at most {ObjectKey.MaxFolderLength} in all");
        Require(IsEndpoint(Endpoint), nameof(Endpoint), Endpoint, "http://host or https://host, with a port if needed and nothing behind");
        Require(
            !UseAuthentication || Endpoint.Scheme == Uri.UriSchemeHttps || Endpoint.IsLoopback,
            nameof(Endpoint),
            Endpoint,
            "https where tokens are sent, or a loopback address");
        Require(ResumableThresholdBytes is >= 0 and <= 1L << 40, nameof(ResumableThresholdBytes), ResumableThresholdBytes, "0 to 1 TiB");
        Require(MaxConnections is >= 1 and <= 1024, nameof(MaxConnections), MaxConnections, "1 to 1024");
        Require(
            ConnectTimeout >= TimeSpan.FromSeconds(1) && ConnectTimeout <= TimeSpan.FromMinutes(5),
            nameof(ConnectTimeout),
            ConnectTimeout,
            "1 second to 5 minutes");
    }

    private static void Require(bool isValid, string name, object? value, string allowed)
    {
        if (!isValid)
        {
            throw new ArgumentException($"GcsBackendOptions.{name} takes {allowed}; it is '{value}'.", name);
        }
    }
}
