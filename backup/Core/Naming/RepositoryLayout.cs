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
    public const string WithdrawalPrefix = "withdrawn-";
    public const string WorkPrefix = ".repo/work/";
    public const string GarbagePrefix = ".repo/gc/";
    public const string JournalPrefix = "j-";
    public const string HeartbeatPrefix = "lease-";

    private const string PlanName = "plan.json";
    private const string DoneName = "done.json";
    private const string DocumentSuffix = ".json";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> NodeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsBackupId(string? id) => id is { Length: > 0 and <= 255 } && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    public static bool IsNodeName(string? name) =>
        name is { Length: > 0 and <= 128 } && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NodeCharacters);

    /// <param name="number">The number.</param>
    /// <param name="ulid">Unique to its writer in a degraded repository; empty in others.</param>
    public static string Repository(int number, string ulid = "") => RepositoryPrefix + Unique(number, ulid) + DocumentSuffix;

    public static string Probe(string ulid) => $"{VerdictPrefix}probe-{ulid}";

    public static string Verdict(string ulid) => VerdictPrefix + ulid + DocumentSuffix;

    public static string Data(ContentId content, string uploadId) => $"{DataPrefix}{content.Folder}/{content.Name}-{uploadId}";

    public static string Backup(string id) => id + "/";

    /// <param name="id">The backup.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="claimant">Whose claim it is in a degraded repository: the attempt's ULID; empty in others.</param>
    public static string Claim(string id, int attempt, string claimant = "") =>
        $"{id}/{ClaimPrefix}{Unique(attempt, claimant)}{DocumentSuffix}";

    /// <inheritdoc cref="Claim"/>
    public static string Outcome(string id, int attempt, string claimant = "") =>
        $"{id}/{OutcomePrefix}{Unique(attempt, claimant)}{DocumentSuffix}";

    /// <inheritdoc cref="Claim"/>
    public static string Withdrawal(string id, int attempt, string claimant) =>
        $"{id}/{WithdrawalPrefix}{Unique(attempt, claimant)}{DocumentSuffix}";

    public static string Tombstone(string id, int attempt) => $"{id}/{TombstonePrefix}{Number(attempt)}{DocumentSuffix}";

    public static string Attempt(string id, int attempt) => $"{id}/{Number(attempt)}/";

    public static string Node(string id, int attempt, string node) => $"{Attempt(id, attempt)}{node}/node.json";

    public static string Shard(string id, int attempt, string node, string ulid) => $"{Attempt(id, attempt)}{node}/shard-{ulid}.json.gz";

    public static string Pack(string id, int attempt, string node, string ulid) => $"{Attempt(id, attempt)}{node}/pack-{ulid}";

    public static string Pins(string id, int attempt) => $"{id}/pin-{Number(attempt)}-";

    public static string Pin(string id, int attempt, string ulid) => Pins(id, attempt) + ulid + DocumentSuffix;

    public static string Work(string id, int attempt) => $"{WorkPrefix}{id}/{Number(attempt)}/";

    public static string Journal(string id, int attempt, string node, int number) =>
        $"{Work(id, attempt)}{node}/{JournalPrefix}{Number(number)}{DocumentSuffix}";

    public static string Heartbeat(string id, int attempt, int number) =>
        Work(id, attempt) + HeartbeatPrefix + Number(number) + DocumentSuffix;

    public static string GarbagePlan(string ulid) => $"{GarbagePrefix}{ulid}/{PlanName}";

    public static string GarbageDone(string ulid) => $"{GarbagePrefix}{ulid}/{DoneName}";

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

    /// <summary>As <see cref="ParseNumber"/>, for names that may also end with a ULID, such as <c>claim-0012-01h….json</c>.</summary>
    public static int ParseUnique(ReadOnlySpan<char> name, string prefix, out string ulid)
    {
        int tail = Ulid.Length + 1 + DocumentSuffix.Length;
        if (name.EndsWith(DocumentSuffix)
            && name.Length > tail
            && name[^tail] == '-'
            && Ulid.IsUlid(name[^(tail - 1)..^DocumentSuffix.Length]))
        {
            ulid = name[^(tail - 1)..^DocumentSuffix.Length].ToString();
            return ParseNumber(string.Concat(name[..^tail], DocumentSuffix), prefix);
        }

        ulid = "";
        return ParseNumber(name, prefix);
    }

    /// <summary>Splits the key of an object below <see cref="WorkPrefix"/> into the attempt that it is of and the rest.</summary>
    public static bool TryParseWork(string key, out string id, out int attempt, out string rest)
    {
        (id, attempt, rest) = ("", 0, "");
        string[] parts = key.StartsWith(WorkPrefix, StringComparison.Ordinal) ? key[WorkPrefix.Length..].Split('/', 3) : [];
        if (parts.Length != 3
            || !IsBackupId(parts[0])
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out attempt)
            || parts[1] != Number(attempt))
        {
            return false;
        }

        (id, rest) = (parts[0], parts[2]);
        return true;
    }

    /// <summary>The plan that an object below <see cref="GarbagePrefix"/> is of, and whether it says that the plan is done; null if it is neither.</summary>
    public static (string Ulid, bool IsDone)? ParseGarbage(string key)
    {
        string[] parts = key.StartsWith(GarbagePrefix, StringComparison.Ordinal) ? key[GarbagePrefix.Length..].Split('/') : [];
        return parts is [string ulid, PlanName or DoneName] && Ulid.IsUlid(ulid) ? (ulid, parts[1] == DoneName) : null;
    }

    /// <summary>What follows the last slash.</summary>
    public static ReadOnlySpan<char> NameOf(string key) => key.AsSpan(key.LastIndexOf('/') + 1);

    private static string Unique(int number, string ulid) => ulid.Length == 0 ? Number(number) : $"{Number(number)}-{ulid}";

    private static string Number(int number) => number.ToString("D4", CultureInfo.InvariantCulture);
}
