using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>Downloads the segments of a plan into an ingest, some at a time, each byte verified on its way.</summary>
internal sealed class SegmentRestorer(
    Repository repository, SegmentIngest ingest, LocalSegments local, ProgressTracker progress, int? cpuPercentage)
{
    private const int MostCompletions = 8;

    private readonly (int Transfers, TransferBuffers Buffers) _pace = TransferPace.Of(repository, cpuPercentage);

    /// <summary>Each segment that is not complete has a buffer.</summary>
    private readonly int _completionsAtATime = Math.Min(MostCompletions, repository.DocumentsAtATime);
    private long _localBytes;

    /// <summary>Bytes that were here already: of segments of this database, or staged by a restore that a crash interrupted.</summary>
    public long LocalBytes => _localBytes;

    public Task RestoreAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        IEnumerable<Func<CancellationToken, Task>> segments =
            plan.Segments.Select(segment => (Func<CancellationToken, Task>)(token => RestoreAsync(segment, token)));
        IEnumerable<Func<CancellationToken, Task>> packs =
            plan.Packs.Select(pack => (Func<CancellationToken, Task>)(token => RestoreAsync(pack, token)));
        return Parallel.ForEachAsync(
            segments.Concat(packs),
            new ParallelOptions { MaxDegreeOfParallelism = _pace.Transfers, CancellationToken = cancellationToken },
            async (download, token) => await download(token).ConfigureAwait(false));
    }

    private async Task RestoreAsync(SegmentDownload segment, CancellationToken cancellationToken)
    {
        if (await TryReuseAsync(segment, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (local.Find(segment.Metadata) is { } twin
            && await local.IsIntactAsync(twin, _pace.Buffers, cancellationToken).ConfigureAwait(false))
        {
            await CopyAsync(twin, segment, cancellationToken).ConfigureAwait(false);
            return;
        }

        StagedSegment staged = ingest.OpenSegment(segment.Keyspace, segment.Level, segment.Metadata);
        await using (staged.ConfigureAwait(false))
        {
            for (int index = 0; index < segment.ExtentKeys.Length; index++)
            {
                ExtentDigest digest = segment.Metadata.Extents[index];
                FrameReader reader = await OpenAsync(segment.ExtentKeys[index], digest.Length, cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await CopyPartAsync(reader, segment.ExtentKeys[index], digest, staged, cancellationToken).ConfigureAwait(false);
                    await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            await CompleteAsync(staged, segment.ExtentKeys[^1], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a segment that an interrupted restore of the same backup had brought.</summary>
    private async Task<bool> TryReuseAsync(SegmentDownload segment, CancellationToken cancellationToken)
    {
        if (!await ingest.TryReuseAsync(segment.Keyspace, segment.Level, segment.Metadata, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        CountLocal(segment.Metadata.Length);
        progress.AddBytes(segment.Metadata.Length);
        return true;
    }

    private void CountLocal(long bytes)
    {
        Interlocked.Add(ref _localBytes, bytes);
        progress.AddFile();
    }

    /// <summary>Copies a segment of this database.</summary>
    private async Task CopyAsync(PinnedSegment twin, SegmentDownload segment, CancellationToken cancellationToken)
    {
        StagedSegment staged = ingest.OpenSegment(segment.Keyspace, segment.Level, segment.Metadata);
        await using (staged.ConfigureAwait(false))
        {
            await local
                .ReadAsync(
                    twin,
                    _pace.Buffers,
                    async (bytes, token) =>
                    {
                        await staged.WriteAsync(bytes, token).ConfigureAwait(false);
                        progress.AddBytes(bytes.Length);
                    },
                    cancellationToken)
                .ConfigureAwait(false);
            await staged.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        CountLocal(segment.Metadata.Length);
    }

    private async Task RestoreAsync(PackDownload pack, CancellationToken cancellationToken)
    {
        List<SegmentDownload> missing = [];
        foreach (SegmentDownload segment in pack.Segments)
        {
            if (!await TryReuseAsync(segment, cancellationToken).ConfigureAwait(false))
            {
                missing.Add(segment);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        FrameReader reader = await OpenAsync(pack.Key, pack.PayloadLength, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await StageAsync(pack, missing, reader, cancellationToken).ConfigureAwait(false);
            await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
            if (reader.StoredCrc != pack.StoredCrc)
            {
                throw BackupException.Corrupted(
                    pack.Key, $"its CRC32C is {Hex.Format(reader.StoredCrc)} instead of {Hex.Format(pack.StoredCrc)}: it is another pack");
            }
        }
    }

    /// <summary>Reads the segments of a pack one after the other. They are small and wait for their syncs, so many of those go on at a time.</summary>
    private async Task StageAsync(PackDownload pack, List<SegmentDownload> segments, FrameReader reader, CancellationToken cancellationToken)
    {
        var completing = new Queue<Task>();
        try
        {
            long position = 0;
            foreach (SegmentDownload segment in segments)
            {
                if (segment.PackOffset < position)
                {
                    throw BackupException.Corrupted(pack.Key, $"segments overlap at byte {segment.PackOffset} of its payload");
                }

                await reader.SkipAsync(segment.PackOffset - position, cancellationToken).ConfigureAwait(false);
                StagedSegment staged = await StageAsync(pack, segment, reader, cancellationToken).ConfigureAwait(false);
                completing.Enqueue(CompleteAndCloseAsync(staged, pack.Key, cancellationToken));
                position = segment.PackOffset + segment.Metadata.Length;
                if (completing.Count == _completionsAtATime)
                {
                    await completing.Dequeue().ConfigureAwait(false);
                }
            }

            await Task.WhenAll(completing).ConfigureAwait(false);
        }
        finally
        {
            // The folder that they are in may go once this has failed.
            await Task.WhenAll(completing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<StagedSegment> StageAsync(
        PackDownload pack, SegmentDownload segment, FrameReader reader, CancellationToken cancellationToken)
    {
        StagedSegment staged = ingest.OpenSegment(segment.Keyspace, segment.Level, segment.Metadata);
        try
        {
            foreach (ExtentDigest digest in segment.Metadata.Extents)
            {
                await CopyPartAsync(reader, pack.Key, digest, staged, cancellationToken).ConfigureAwait(false);
            }

            return staged;
        }
        catch
        {
            await staged.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<FrameReader> OpenAsync(string key, long payloadLength, CancellationToken cancellationToken) =>
        FrameReader.OpenAsync(repository.Backend, _pace.Buffers, key, payloadLength, cancellationToken);

    private async Task CopyPartAsync(
        FrameReader reader, string key, ExtentDigest digest, StagedSegment staged, CancellationToken cancellationToken)
    {
        try
        {
            await reader.ReadPartAsync(
                digest.Length,
                digest.Crc32C,
                digest.XxHash128,
                async (bytes, token) =>
                {
                    await staged.WriteAsync(bytes, token).ConfigureAwait(false);
                    progress.AddBytes(bytes.Length);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DatabaseException refused) when (refused.Error == DatabaseError.Corruption)
        {
            throw BackupException.Corrupted(key, refused.Message, refused);
        }
    }

    private async Task CompleteAndCloseAsync(StagedSegment staged, string key, CancellationToken cancellationToken)
    {
        await using (staged.ConfigureAwait(false))
        {
            await CompleteAsync(staged, key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CompleteAsync(StagedSegment staged, string key, CancellationToken cancellationToken)
    {
        try
        {
            await staged.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DatabaseException refused) when (refused.Error == DatabaseError.Corruption)
        {
            throw BackupException.Corrupted(key, refused.Message, refused);
        }

        progress.AddFile();
    }
}
