using System.Collections.Immutable;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// What a node stores for a backup: which objects it makes, and which it finds there. A pure function of segments, of what the repository
/// holds, and of a source of names.
/// </summary>
internal sealed class BackupPlan
{
    private BackupPlan(ImmutableArray<PlannedSegment> segments, ImmutableArray<PlannedPack> packs, TotalsEntry totals, int present)
    {
        Segments = segments;
        Packs = packs;
        Totals = totals;
        PresentSegments = present;
    }

    public ImmutableArray<PlannedSegment> Segments { get; }

    public ImmutableArray<PlannedPack> Packs { get; }

    /// <summary>The extents to upload.</summary>
    public IEnumerable<PlannedExtent> Uploads => Segments.SelectMany(segment => segment.Extents).Where(extent => extent.IsUploaded);

    public TotalsEntry Totals { get; }

    /// <summary>Bytes that need no upload, those included that an interrupted run of the attempt uploaded.</summary>
    public long PresentBytes => Totals.LogicalBytes - Uploads.Sum(extent => extent.Length) - Packs.Sum(pack => pack.PayloadLength);

    /// <summary>Segments that need no upload.</summary>
    public int PresentSegments { get; }

    /// <summary>The contents that are worth a look in the repository: all but those that go into packs.</summary>
    public static IEnumerable<KeyValuePair<ContentId, ExtentDigest>> Contents(IEnumerable<SegmentSource> segments, int packThreshold) =>
        from segment in segments
        where segment.Metadata.Length >= packThreshold
        from index in Enumerable.Range(0, segment.Metadata.Extents.Length)
        let digest = segment.Metadata.Extents[index]
        select KeyValuePair.Create(new ContentId(segment.Metadata.Origin, index, digest.XxHash128), digest);

    /// <summary>Makes the plan.</summary>
    /// <param name="segments">All segments, those of one keyspace and collection in a row, so that packs keep them together.</param>
    /// <param name="stored">Contents that the repository holds under existing names.</param>
    /// <param name="packThreshold">Segments below this many bytes are packed.</param>
    /// <param name="packBytes">Packs are closed when they reach this.</param>
    /// <param name="extentKey">Names an object for an extent.</param>
    /// <param name="packKey">Names a pack.</param>
    public static BackupPlan Create(
        IEnumerable<SegmentSource> segments,
        IReadOnlyDictionary<ContentId, StoredExtent> stored,
        int packThreshold,
        long packBytes,
        Func<ContentId, string> extentKey,
        Func<string> packKey)
    {
        var planned = ImmutableArray.CreateBuilder<PlannedSegment>();
        var packs = ImmutableArray.CreateBuilder<PlannedPack>();
        var assigned = new Dictionary<ContentId, string>();
        long logical = 0;
        long reused = 0;
        int extentsNew = 0;
        int extentsReused = 0;
        foreach (SegmentSource source in segments)
        {
            var segment = new PlannedSegment(source);
            planned.Add(segment);
            logical += source.Metadata.Length;
            if (source.Metadata.Length < packThreshold)
            {
                if (packs.Count == 0 || packs[^1].PayloadLength >= packBytes)
                {
                    packs.Add(new PlannedPack(packKey()));
                }

                packs[^1].Add(segment);
                continue;
            }

            segment.Assign([.. source.Metadata.Extents.Select((digest, index) => PlanExtent(segment, index, digest))]);
        }

        var totals = new TotalsEntry
        {
            Files = planned.Count,
            LogicalBytes = logical,
            ReusedBytes = reused,
            UploadedBytes = logical - reused,
            ExtentsNew = extentsNew,
            ExtentsReused = extentsReused,
        };
        return new BackupPlan(planned.ToImmutable(), packs.ToImmutable(), totals, planned.Count(segment => segment.IsPresent));

        PlannedExtent PlanExtent(PlannedSegment segment, int index, ExtentDigest digest)
        {
            var content = new ContentId(segment.Source.Metadata.Origin, index, digest.XxHash128);
            bool isStored = stored.TryGetValue(content, out StoredExtent found)
                && found.StoredLength == new ExtentFrame(digest.Length, digest.XxHash128).StoredLength;
            if (isStored || assigned.ContainsKey(content))
            {
                // The same content twice happens after a restore under two names: both came from one segment.
                reused += isStored && found.IsOwn ? 0 : digest.Length;
                extentsReused++;
                return new PlannedExtent(segment, index, content, isStored ? found.Key : assigned[content], isUploaded: false);
            }

            string key = assigned[content] = extentKey(content);
            extentsNew++;
            return new PlannedExtent(segment, index, content, key, isUploaded: true);
        }
    }
}
