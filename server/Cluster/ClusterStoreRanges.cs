using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>Reads of a store that take more than one request.</summary>
internal static class ClusterStoreRanges
{
    /// <summary>Entries in a page of <see cref="ReadAllAsync"/>.</summary>
    public const int DefaultPageSize = 500;

    /// <summary>Reads a range of any size, in pages, all of the same revision.</summary>
    /// <exception cref="ClusterCompactedException">The revision was compacted away between two pages; begin again.</exception>
    public static async Task<RangePage> ReadAllAsync(
        this IClusterStore store, KeyRange range, int pageSize, CancellationToken cancellationToken)
    {
        RangePage page = await store.RangeAsync(range, revision: 0, pageSize, cancellationToken);
        long revision = page.Revision;
        ImmutableArray<ClusterEntry>.Builder entries = ImmutableArray.CreateBuilder<ClusterEntry>();
        entries.AddRange(page.Entries);
        while (page.HasMore)
        {
            page = await store.RangeAsync(range.After(page.Entries[^1].Key), revision, pageSize, cancellationToken);
            entries.AddRange(page.Entries);
        }

        return new RangePage(revision, entries.DrainToImmutable(), HasMore: false);
    }

    /// <summary>Reads one key.</summary>
    /// <returns>The entry; null when there is none.</returns>
    public static async Task<ClusterEntry?> FindAsync(this IClusterStore store, string key, CancellationToken cancellationToken) =>
        (await store.RangeAsync(KeyRange.Key(key), revision: 0, limit: 1, cancellationToken)).Entries.FirstOrDefault();
}
