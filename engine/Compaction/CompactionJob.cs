using Basalt.Engine.Iteration;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Merges the segments of a pick into one sorted run of the output level. Versions that nobody can read are dropped, and tombstones
/// that have nothing left to hide.
/// </summary>
/// <param name="pick">What to merge.</param>
/// <param name="version">The keyspace at the version that the pick was made from.</param>
/// <param name="snapshots">Open read snapshots, ascending.</param>
/// <param name="segmentBytes">Where to end an output segment.</param>
internal sealed class CompactionJob(CompactionPick pick, KeyspaceVersion version, ulong[] snapshots, long segmentBytes)
{
    /// <summary>Fills the output; ends early, throwing, when cancelled.</summary>
    /// <param name="cache">Cache of the segment readers, which is not filled.</param>
    /// <param name="output">Where the segments go.</param>
    /// <param name="progress">Called about every MiB of input: gives way to others. May run another job.</param>
    /// <param name="cancellationToken">Checked with <paramref name="progress"/>.</param>
    public void Run(BlockCache cache, SegmentFileSet output, Action progress, CancellationToken cancellationToken)
    {
        const long ProgressBytes = 1 << 20;
        using MergingIterator merged = new(OpenInputs(cache));
        VersionRetention retention = new(snapshots);
        long reportAt = ProgressBytes;
        long readBytes = 0;
        bool boundary = true;
        for (merged.SeekToFirst(); merged.IsValid; merged.Next())
        {
            ReadOnlySpan<byte> key = merged.Key;
            ulong trailer = merged.Trailer;
            ReadOnlySpan<byte> value = merged.Value;
            readBytes += key.Length + value.Length;
            if (readBytes >= reportAt)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress();
                reportAt = readBytes + ProgressBytes;
            }

            bool keep = retention.MustKeep(key, trailer, out bool newKey);
            boundary |= newKey;
            if (!keep || (retention.IsTombstoneSpent(trailer) && HasNothingBelow(key)))
            {
                continue;
            }

            // All versions of a key stay in one segment, so that the segments of a level share no user key.
            if (boundary && output.CurrentLength >= segmentBytes)
            {
                output.EndSegment(pick.Keyspace.Id, pick.OutputLevel);
            }

            output.Add(key, trailer, value);
            boundary = false;
        }

        output.EndSegment(pick.Keyspace.Id, pick.OutputLevel);
    }

    private InternalIterator[] OpenInputs(BlockCache cache)
    {
        List<InternalIterator> sources = [];
        try
        {
            OpenInputs(cache, sources);
            return [.. sources];
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    private void OpenInputs(BlockCache cache, List<InternalIterator> sources)
    {
        foreach (IGrouping<int, PlacedSegment> level in pick.Inputs.GroupBy(input => input.Level))
        {
            if (level.Key == 0)
            {
                sources.AddRange(level.Select(input => input.Segment.Open(cache).CreateIterator(fillCache: false)));
            }
            else
            {
                Level run = Level.Empty.With(level.Key, new HashSet<SegmentId>(), [.. level.Select(input => input.Segment)]);
                sources.Add(new LevelIterator(run, cache, fillCache: false));
            }
        }
    }

    private bool HasNothingBelow(ReadOnlySpan<byte> key)
    {
        for (int level = pick.OutputLevel + 1; level < KeyspaceVersion.LevelCount; level++)
        {
            if (version.Levels[level].Find(key) is not null)
            {
                return false;
            }
        }

        return true;
    }
}
