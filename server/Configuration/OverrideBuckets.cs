using System.Collections.Immutable;
using Basalt.Server.Backups;

namespace Basalt.Server.Configuration;

/// <summary>Reads which buckets requests may name instead of the configured one.</summary>
internal static class OverrideBuckets
{
    /// <exception cref="SettingsException">One of them can be a bucket of no provider.</exception>
    public static ImmutableArray<string> Read(VariableReader reader)
    {
        ImmutableArray<string> buckets = reader.List(BucketPlaces.BucketsVariable);

        // Each bucket of S3 could be one of Google's, too.
        return buckets.FirstOrDefault(bucket => bucket != BucketPlaces.AnyBucket && !BucketRules.Gcs.IsBucket(bucket)) is { } invalid
            ? throw SettingsException.Invalid(
                BucketPlaces.BucketsVariable, invalid, $"names of buckets with ',' between, or '{BucketPlaces.AnyBucket}' for all")
            : buckets;
    }
}
