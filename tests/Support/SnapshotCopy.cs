using Basalt.Engine;

namespace Basalt.Tests.Support;

/// <summary>Carries a snapshot into another database, as a backup and a restore would.</summary>
public static class SnapshotCopy
{
    public static async Task RestoreAsync(SnapshotHandle handle, Database target)
    {
        await using SegmentIngest ingest = target.BeginIngest();
        foreach (PinnedKeyspace keyspace in handle.Keyspaces)
        {
            ingest.AddKeyspace(keyspace.Name);
            foreach (PinnedSegment segment in keyspace.Segments)
            {
                await using StagedSegment staged = ingest.OpenSegment(keyspace.Name, segment.Level, segment.Metadata);
                for (int extent = 0; extent < segment.Metadata.Extents.Length; extent++)
                {
                    await using Stream source = handle.OpenExtent(segment, extent);
                    await CopyAsync(source, staged);
                }

                await staged.CompleteAsync();
            }
        }

        await ingest.CommitAsync();
    }

    private static async Task CopyAsync(Stream source, StagedSegment target)
    {
        byte[] buffer = new byte[64 << 10];
        int count;
        while ((count = await source.ReadAsync(buffer)) > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
