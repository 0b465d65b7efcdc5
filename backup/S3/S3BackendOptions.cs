using System.Buffers;

namespace Basalt.Backup.S3;

/// <summary>Where a repository is on S3 and how to get there. Validated once, by the constructor of <see cref="S3Backend"/>.</summary>
public sealed record S3BackendOptions
{
    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>The bucket; it has to exist. 3 to 63 of lower-case letters, digits, '.', '-' and '_'.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the names of all objects begin with: segments joined by '/'. Empty unless told: the whole bucket.</summary>
    public string Path { get; init; } = "";

    /// <summary>The server, as <c>host</c> or <c>host:port</c> without a scheme. Null unless told: Amazon's for the region.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether to speak HTTPS. True unless told.</summary>
    public bool UseSsl { get; init; } = true;

    /// <summary>The region. Null unless told: what the SDK finds in its profile or on the machine, and <c>us-east-1</c> at other servers.</summary>
    public string? Region { get; init; }

    /// <summary>Whether buckets are part of the path instead of the host name. Null unless told: so at servers other than Amazon's.</summary>
    public bool? UsePathStyle { get; init; }

    /// <summary>The key. Null unless told: environment, web identity, profile, container or machine, in the SDK's order.</summary>
    public S3Credentials? Credentials { get; init; }

    /// <summary>Most connections at a time. 1 to 1,024, 64 unless told.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>How long a connection may take to be made. 1 second to 5 minutes, 10 seconds unless told.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a text can be the name of a bucket.</summary>
    public static bool IsBucket(string? name) =>
        name is { Length: >= 3 and <= 63 } && !name.AsSpan().ContainsAnyExcept(BucketCharacters) && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);

    /// <summary>Whether a text can be a path: empty, or segments of letters, digits, '.', '_' and '-' joined by '/'.</summary>
    public static bool IsPath(string? path) => ObjectKey.IsFolder(path);

    /// <summary>Whether a text can be an endpoint: a host, or a host and a port, without a scheme or a path.</summary>
    public static bool IsEndpoint(string? endpoint) =>
        endpoint is { Length: > 0 } && Uri.TryCreate($"http://{endpoint}/", UriKind.Absolute, out Uri? uri)
        && uri.AbsolutePath == "/" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;

    internal void Validate()
    {
        Require(IsBucket(Bucket), nameof(Bucket), Bucket, "3 to 63 of lower-case letters, digits, '.', '-' and '_', beginning and ending with a letter or digit");
        Require(IsPath(Path), nameof(Path), Path, $"segments of letters, digits, '.', '_' and '-' joined by '/', at most {ObjectKey.MaxFolderLength} in all");
        Require(Endpoint is null || IsEndpoint(Endpoint), nameof(Endpoint), Endpoint, "host or host:port, without a scheme");
        Require(Region is not "", nameof(Region), Region, "the name of a region, or null");
        Require(MaxConnections is >= 1 and <= 1024, nameof(MaxConnections), MaxConnections, "1 to 1024");
        Require(
            ConnectTimeout >= TimeSpan.FromSeconds(1) && ConnectTimeout <= TimeSpan.FromMinutes(5),
            nameof(ConnectTimeout),
            ConnectTimeout,
            "1 second to 5 minutes");
        Require(
            Credentials is null or { AccessKey.Length: > 0, SecretKey.Length: > 0 },
            nameof(Credentials),
            "without one of them",
            "an access key and a secret key, or null");
    }

    private static void Require(bool isValid, string name, object? value, string allowed)
    {
        if (!isValid)
        {
            throw new ArgumentException($"S3BackendOptions.{name} takes {allowed}; it is '{value}'.", name);
        }
    }
}
