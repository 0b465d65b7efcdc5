using System.Buffers;
using System.Globalization;

namespace Basalt.Backup.Naming;

/// <summary>The keys of all objects of a repository. The layout is specified in FORMAT.md.</summary>
internal static class RepositoryLayout
{
    public const string RepositoryPrefix = ".repo/repo-";
    public const string VerdictPrefix = ".repo/caps/";
    public const string DataPrefix = ".repo/data/";
    public const string ClaimPrefix = "claim-";
    public const string OutcomePrefix = "outcome-";
    public const string TombstonePrefix = "tombstone-";

    private const string DocumentSuffix = ".json";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> NodeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsBackupId(string? id) => id is { Length: > 0 and <= 255 } && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    public static bool IsNodeName(string? name) =>
        name is { Length: > 0 and <= 128 } && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NodeCharacters);

    public static string Repository(int number) => RepositoryPrefix + Number(number) + DocumentSuffix;

    public static string Probe(string ulid) => $"{VerdictPrefix}probe-{ulid}";

    public static string Verdict(string ulid) => VerdictPrefix + ulid + DocumentSuffix;

    public static string Data(ContentId content, string uploadId) => $"{DataPrefix}{content.Folder}/{content.Name}-{uploadId}";

    public static string Backup(string id) => id + "/";

    public static string Claim(string id, int attempt) => $"{id}/{ClaimPrefix}{Number(attempt)}{DocumentSuffix}";

    public static string Outcome(string id, int attempt) => $"{id}/{OutcomePrefix}{Number(attempt)}{DocumentSuffix}";

    public static string Tombstone(string id, int attempt) => $"{id}/{TombstonePrefix}{Number(attempt)}{DocumentSuffix}";

    public static string Attempt(string id, int attempt) => $"{id}/{Number(attempt)}/";

    public static string Node(string id, int attempt, string node) => $"{Attempt(id, attempt)}{node}/node.json";

    public static string Shard(string id, int attempt, string node, string ulid) => $"{Attempt(id, attempt)}{node}/shard-{ulid}.json.gz";

    public static string Pack(string id, int attempt, string node, string ulid) => $"{Attempt(id, attempt)}{node}/pack-{ulid}";

    public static string BackupConfig(string id) => $"{id}/backup_config.json";

    /// <summary>The number in a name such as <c>claim-0012.json</c>; 0 if the name is another one.</summary>
    public static int ParseNumber(ReadOnlySpan<char> name, string prefix)
    {
        if (!name.StartsWith(prefix) || !name.EndsWith(DocumentSuffix) || name.Length < prefix.Length + DocumentSuffix.Length + 4)
        {
            return 0;
        }

        ReadOnlySpan<char> digits = name[prefix.Length..^DocumentSuffix.Length];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && digits.SequenceEqual(Number(number))
            ? number
            : 0;
    }

    /// <summary>What follows the last slash.</summary>
    public static ReadOnlySpan<char> NameOf(string key) => key.AsSpan(key.LastIndexOf('/') + 1);

    private static string Number(int number) => number.ToString("D4", CultureInfo.InvariantCulture);
}
