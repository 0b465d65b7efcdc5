using System.Collections.Immutable;
using System.Text.Json;
using Basalt.Server.Backups;

namespace Basalt.Server.Api;

/// <summary>The body of a request to make or to restore a backup, checked against the API description. Unknown members are ignored.</summary>
/// <param name="Id">The id of the backup; empty if it is missing.</param>
/// <param name="Include">Classes wanted.</param>
/// <param name="Exclude">Classes not wanted.</param>
/// <param name="Renames">New names of classes that are restored, by their names in the backup.</param>
/// <param name="BaseId">The backup that this one is to build on; null for none.</param>
/// <param name="Accounts">The users or roles that are to travel along, and the list that names them; null if no list does.</param>
/// <param name="Place">Where else than configured the backup is to be.</param>
/// <param name="CpuPercentage">Most of the processors that transfers may take; null for no limit.</param>
/// <param name="NodeMapping">The nodes that take what nodes of the backup had, by the names of these.</param>
/// <param name="OverwriteAliases">Whether aliases that mean other classes by now come back to the classes restored.</param>
internal sealed record BackupBody(
    string Id,
    ImmutableArray<string> Include,
    ImmutableArray<string> Exclude,
    ImmutableArray<KeyValuePair<string, string>> Renames,
    string? BaseId,
    (string List, string Name)? Accounts,
    BackupPlace Place,
    int? CpuPercentage,
    ImmutableDictionary<string, string> NodeMapping,
    bool OverwriteAliases)
{
    private const int MinCpuPercentage = 1;
    private const int MaxCpuPercentage = 80;

    private static readonly string[] AccountLists = ["includeUsers", "includeRoles"];

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
        bool? overwriteAliases = body.Flag("overwriteAlias");
        (BackupPlace place, int? cpuPercentage) = body.Object("config") is { } config ? ReadConfig(new JsonFields(config, "config"), options) : default;
        (string, string)? accounts = null;
        foreach (string list in AccountLists)
        {
            if (Names(body, list) is [{ } first, ..])
            {
                accounts ??= (list, first);
            }
        }

        return new BackupBody(
            body.Text("id") ?? "",
            Names(body, "include"),
            Names(body, "exclude"),
            Names(body.Object("rename"), "rename"),
            NullIfEmpty(body.Text("incremental_base_backup_id")),
            accounts,
            place,
            cpuPercentage,
            Names(body.Object("node_mapping"), "node_mapping").ToImmutableDictionary(StringComparer.Ordinal),
            overwriteAliases ?? false);
    }

    /// <summary>The place that the parameters of a request without a body name.</summary>
    public static BackupPlace PlaceOf(IQueryCollection query) =>
        new(NullIfEmpty(ObjectRequest.Text(query, "bucket")), NullIfEmpty(ObjectRequest.Text(query, "path")));

    /// <summary>Checks that no users and roles are to travel along.</summary>
    /// <exception cref="RequestException">They are.</exception>
    public void RequireNoAccounts()
    {
        if (Accounts is (string list, string name))
        {
            throw RequestException.Unprocessable($"'{list}' names '{name}': this server has no dynamic users and roles; leave the list out");
        }
    }

    private static (BackupPlace Place, int? CpuPercentage) ReadConfig(JsonFields config, ImmutableArray<(string Name, string[] Words)> options)
    {
        // 0 is what clients send for "not set".
        int? cpuPercentage = null;
        if (config.Integer("CPUPercentage") is { } percentage and not 0)
        {
            RequireRange(config.PathOf("CPUPercentage"), percentage);
            cpuPercentage = (int)percentage;
        }

        foreach ((string name, string[] words) in options)
        {
            if (config.Text(name) is { Length: > 0 } word && !words.Contains(word))
            {
                throw RequestException.Validation(
                    ValidationCode.Enumeration, $"{config.PathOf(name)} in body should be one of [{string.Join(' ', words)}]");
            }
        }

        _ = config.Integer("ChunkSize");
        _ = config.Text("Endpoint");

        // Clients differ in the case of these two.
        var place = new BackupPlace(
            NullIfEmpty(config.Text("Bucket")) ?? NullIfEmpty(config.Text("bucket")),
            NullIfEmpty(config.Text("Path")) ?? NullIfEmpty(config.Text("path")));
        return (place, cpuPercentage);
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

    private static ImmutableArray<KeyValuePair<string, string>> Names(JsonElement? pairs, string name) =>
        pairs is { } given
            ? [.. given.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.String
                ? KeyValuePair.Create(member.Name, member.Value.GetString()!)
                : throw JsonFields.WrongType($"{name}.{member.Name}", "string", member.Value))]
            : [];

    private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
