using System.Collections.Immutable;
using Basalt.Server.Api;

namespace Basalt.Server.Backups;

/// <summary>
/// Decides which buckets and paths a request may name instead of the configured ones. Requests come from outside and the server's key may
/// open more buckets than they should reach, so a bucket has to be opened by an operator; any path in it may be used.
/// </summary>
/// <param name="rules">What names of buckets and paths may be.</param>
/// <param name="bucket">The configured bucket.</param>
/// <param name="path">The configured path.</param>
/// <param name="openBuckets">Other buckets that requests may name.</param>
internal sealed class BucketPlaces(BucketRules rules, string bucket, string path, ImmutableArray<string> openBuckets)
{
    /// <summary>The variable with further buckets.</summary>
    public const string BucketsVariable = "BASALT_BACKUP_OVERRIDE_BUCKETS";

    /// <summary>Stands for all buckets.</summary>
    public const string AnyBucket = "*";

    /// <summary>The place as a URI, <c>s3://bucket/path</c> for example.</summary>
    /// <exception cref="RequestException">It may not be used.</exception>
    public string Locate(BackupPlace place)
    {
        string wantedBucket = place.Bucket ?? bucket;
        if (wantedBucket != bucket && !openBuckets.Contains(AnyBucket) && !openBuckets.Contains(wantedBucket))
        {
            throw Refused("bucket", wantedBucket, $"it has to be one of [{string.Join(' ', openBuckets.Prepend(bucket))}] ({BucketsVariable} opens others)");
        }

        if (!rules.IsBucket(wantedBucket))
        {
            throw Refused("bucket", wantedBucket, $"it takes {rules.Buckets}");
        }

        string wantedPath = place.Path?.Trim('/') ?? path;
        if (!rules.IsPath(wantedPath))
        {
            throw Refused("path", wantedPath, $"it takes {BucketRules.Paths}");
        }

        return wantedPath != path && wantedPath.Split('/').FirstOrDefault(segment => segment.StartsWith('.')) is { } hidden
            ? throw Refused("path", wantedPath, $"'{hidden}': folders that begin with a dot belong to repositories")
            : $"{rules.Scheme}://{wantedBucket}/{wantedPath}".TrimEnd('/');
    }

    /// <summary>Bucket and path of a place, as <see cref="Locate"/> gives it.</summary>
    public static (string Bucket, string Path) Split(string location)
    {
        string[] parts = location[(location.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static RequestException Refused(string what, string requested, string reason) =>
        RequestException.Unprocessable($"the override {what} '{requested}' of the backup is refused: {reason}");
}
