using Basalt.Backup.Catalog;
using Basalt.Backup.Extents;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Creation;

/// <summary>Carries out the uploads of a plan, some at a time.</summary>
internal sealed class BackupUploader(Repository repository, ProgressTracker progress, int? cpuPercentage)
{
    private readonly (int Transfers, TransferBuffers Buffers) _pace = TransferPace.Of(repository, cpuPercentage);

    public Task UploadAsync(BackupPlan plan, CancellationToken cancellationToken)
    {
        IEnumerable<Func<CancellationToken, Task>> extents =
            plan.Uploads.Select(extent => (Func<CancellationToken, Task>)(token => UploadAsync(extent, token)));
        IEnumerable<Func<CancellationToken, Task>> packs =
            plan.Packs.Select(pack => (Func<CancellationToken, Task>)(token => UploadAsync(pack, token)));
        return Parallel.ForEachAsync(
            extents.Concat(packs),
            new ParallelOptions { MaxDegreeOfParallelism = _pace.Transfers, CancellationToken = cancellationToken },
            async (upload, token) => await upload(token).ConfigureAwait(false));
    }

    private async Task UploadAsync(PlannedExtent extent, CancellationToken cancellationToken)
    {
        var frame = new ExtentFrame(extent.Length, extent.Content.XxHash128);
        await PutAsync(extent.Key, frame, [extent.Segment.Source.Part(extent.Index)], cancellationToken).ConfigureAwait(false);
        Complete(extent.Segment);
    }

    private async Task UploadAsync(PlannedPack pack, CancellationToken cancellationToken)
    {
        pack.StoredCrc = await PutAsync(pack.Key, pack.Frame, pack.Parts(), cancellationToken).ConfigureAwait(false);
        foreach (PlannedSegment segment in pack.Segments)
        {
            Complete(segment);
        }
    }

    /// <summary>
    /// The key is this upload's alone, so an object that is there already can only be this one, stored by a try whose acknowledgement was
    /// lost. It is read back rather than trusted.
    /// </summary>
    private async Task<uint> PutAsync(string key, ExtentFrame frame, IReadOnlyList<PayloadPart> parts, CancellationToken cancellationToken)
    {
        ObjectContent content = FramedContent.Create(frame, parts, _pace.Buffers, progress.AddBytes);
        if (!await repository.Backend.TryPutAsync(key, content, cancellationToken).ConfigureAwait(false))
        {
            FrameReader reader = await FrameReader
                .OpenAsync(repository.Backend, repository.Buffers, key, frame.PayloadLength, cancellationToken)
                .ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                if (reader.Frame != frame || reader.StoredCrc != content.Crc32C)
                {
                    throw BackupException.Corrupted(key, "another object took its name");
                }
            }
        }

        return content.Crc32C!.Value;
    }

    private void Complete(PlannedSegment segment)
    {
        if (segment.CompleteUpload())
        {
            progress.AddFile();
        }
    }
}
