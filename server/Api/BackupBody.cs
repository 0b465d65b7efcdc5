using System.Collections.Immutable;
using System.Text.Json;

namespace Basalt.Server.Api;

/// <summary>The body of a request to make or to restore a backup, checked against the API description. Unknown members are ignored.</summary>
/// <param name="Id">The id of the backup; empty if it is missing.</param>
/// <param name="Include">Classes wanted.</param>
/// <param name="Exclude">Classes not wanted.</param>
/// <param name="Location">Where else than configured the backup is to be: a path or a bucket; null for the configured place.</param>
internal sealed record BackupBody(string Id, ImmutableArray<string> Include, ImmutableArray<string> Exclude, string? Location)
{
    private const int MinCpuPercentage = 1;
    private const int MaxCpuPercentage = 80;

    // Clients differ in the case of these two.
    private static readonly string[] LocationOptions = ["Bucket", "bucket", "Path", "path"];

    /// <summary>The settings of a create that take one of some words.</summary>
    public static ImmutableArray<(string Name, string[] Words)> CreateOptions { get; } =
    [
        ("CompressionLevel",
        [
            "DefaultCompression", "BestSpeed", "BestCompression", "ZstdDefaultCompression", "ZstdBestSpeed", "ZstdBestCompression", "NoCompression",
        ]),
    ];

    /// <summary>The settings of a restore that take one of some words.</summary>
    public static ImmutableArray<(string Name, string[] Words)> RestoreOptions { get; } =
        [("rolesOptions", ["noRestore", "all"]), ("usersOptions", ["noRestore", "all"])];

    /// <summary>Reads and checks a body.</summary>
    /// <exception cref="RequestException">It is not JSON, or a member breaks the description.</exception>
    public static async Task<BackupBody> ReadAsync(HttpContext context, ImmutableArray<(string Name, string[] Words)> options)
    {
        using JsonDocument document = await RequestBody.ReadDocumentAsync(context);
        JsonFields body = JsonFields.Of(document.RootElement, "");
        _ = body.Text("incremental_base_backup_id");
        _ = body.Object("node_mapping");
        _ = body.Flag("overwriteAlias");
        string? location = body.Object("config") is { } config ? ReadConfig(new JsonFields(config, "config"), options) : null;
        return new BackupBody(body.Text("id") ?? "", Names(body, "include"), Names(body, "exclude"), location);
    }

    /// <summary>Checks that the request wants the configured place.</summary>
    /// <exception cref="RequestException">It wants another.</exception>
    public void RequireOwnLocation()
    {
        if (Location is { } other)
        {
            throw ElsewhereRefused(other);
        }
    }

    /// <inheritdoc cref="RequireOwnLocation()"/>
    public static void RequireOwnLocation(IQueryCollection query)
    {
        if ((ObjectRequest.Text(query, "bucket") ?? ObjectRequest.Text(query, "path")) is { } other)
        {
            throw ElsewhereRefused(other);
        }
    }

    /// <returns>The location that overrides the configured one, or null.</returns>
    private static string? ReadConfig(JsonFields config, ImmutableArray<(string Name, string[] Words)> options)
    {
        // 0 is what clients send for "not set".
        if (config.Integer("CPUPercentage") is { } percentage and not 0)
        {
            RequireRange(config.PathOf("CPUPercentage"), percentage);
        }

        foreach ((string name, string[] words) in options)
        {
            if (config.Text(name) is { Length: > 0 } word && !words.Contains(word))
            {
                throw RequestException.Validation(
                    ValidationCode.Enumeration, $"{config.PathOf(name)} in body should be one of [{string.Join(' ', words)}]");
            }
        }

        return LocationOptions.Select(config.Text).FirstOrDefault(text => !string.IsNullOrEmpty(text));
    }

    private static void RequireRange(string path, long percentage)
    {
        if (percentage > MaxCpuPercentage)
        {
            throw RequestException.Validation(ValidationCode.Maximum, $"{path} in body should be less than or equal to {MaxCpuPercentage}");
        }

        if (percentage < MinCpuPercentage)
        {
            throw RequestException.Validation(ValidationCode.Minimum, $"{path} in body should be greater than or equal to {MinCpuPercentage}");
        }
    }

    private static ImmutableArray<string> Names(JsonFields body, string list) =>
        body.Array(list) is { } array
            ? [.. array.EnumerateArray().Select((item, index) => item.ValueKind == JsonValueKind.String
                ? item.GetString()!
                : throw JsonFields.WrongType($"{list}.{index}", "string", item))]
            : [];

    private static RequestException ElsewhereRefused(string location) => RequestException.Unprocessable(
        $"this server keeps backups in the configured place only: the override '{location}' of bucket or path is refused");
}
