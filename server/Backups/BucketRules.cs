using Basalt.Backup.Gcs;
using Basalt.Backup.S3;

namespace Basalt.Server.Backups;

/// <summary>How buckets and paths are named at a provider.</summary>
/// <param name="Scheme">What URIs of its objects begin with.</param>
/// <param name="Buckets">What names of buckets may be, for people.</param>
/// <param name="IsBucket">Whether a text can be the name of a bucket.</param>
/// <param name="IsPath">Whether a text can be the path of a repository.</param>
internal sealed record BucketRules(string Scheme, string Buckets, Func<string, bool> IsBucket, Func<string, bool> IsPath)
{
    /// <summary>What paths may be, for people.</summary>
    public const string Paths = "segments of letters, digits, '.', '_' and '-' with '/' between";

    /// <summary>At Amazon S3 and what speaks its protocol.</summary>
    public static BucketRules S3 { get; } = new(
        "s3", "3 to 63 of lower-case letters, digits, '.', '-' and '_'", S3BackendOptions.IsBucket, S3BackendOptions.IsPath);

    /// <summary>At Google Cloud Storage.</summary>
    public static BucketRules Gcs { get; } = new(
        "gs", "3 to 222 of lower-case letters, digits, '.', '-' and '_'", GcsBackendOptions.IsBucket, GcsBackendOptions.IsPath);
}
