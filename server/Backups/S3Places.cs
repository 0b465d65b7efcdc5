using System.Collections.Immutable;
using Basalt.Backup.S3;
using Basalt.Server.Api;

namespace Basalt.Server.Backups;

/// <summary>
/// Decides which buckets and paths a request may name instead of the configured ones. Requests come from outside and the server's key may
/// open more buckets than they should reach, so a bucket has to be opened by an operator; any path in it may be used.
/// </summary>
/// <param name="bucket">The configured bucket.</param>
/// <param name="path">The configured path.</param>
/// <param name="openBuckets">Other buckets that requests may name.</param>
internal sealed class S3Places(string bucket, string path, ImmutableArray<string> openBuckets)
{
    /// <summary>The variable with further buckets.</summary>
    public const string BucketsVariable = "BASALT_BACKUP_OVERRIDE_BUCKETS";

    /// <summary>Stands for all buckets.</summary>
    public const string AnyBucket = "*";

    /// <summary>The place as a URI, <c>s3://bucket/path</c>.</summary>
    /// <exception cref="RequestException">It may not be used.</exception>
    public string Locate(BackupPlace place)
    {
        string wantedBucket = place.Bucket ?? bucket;
        if (wantedBucket != bucket && !openBuckets.Contains(AnyBucket) && !openBuckets.Contains(wantedBucket))
        {
            throw Refused("bucket", wantedBucket, $"it has to be one of [{string.Join(' ', openBuckets.Prepend(bucket))}] ({BucketsVariable} opens others)");
        }

        if (!S3BackendOptions.IsBucket(wantedBucket))
        {
            throw Refused("bucket", wantedBucket, "it takes 3 to 63 of lower-case letters, digits, '.', '-' and '_'");
        }

        string wantedPath = place.Path?.Trim('/') ?? path;
        if (!S3BackendOptions.IsPath(wantedPath))
        {
            throw Refused("path", wantedPath, "it takes segments of letters, digits, '.', '_' and '-' with '/' between");
        }

        return wantedPath != path && wantedPath.Split('/').FirstOrDefault(segment => segment.StartsWith('.')) is { } hidden
            ? throw Refused("path", wantedPath, $"'{hidden}': folders that begin with a dot belong to repositories")
            : $"s3://{wantedBucket}/{wantedPath}".TrimEnd('/');
    }

    private static RequestException Refused(string what, string requested, string reason) =>
        RequestException.Unprocessable($"the override {what} '{requested}' of the backup is refused: {reason}");
}
