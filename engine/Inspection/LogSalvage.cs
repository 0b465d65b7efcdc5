using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Recovery;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Brings the unbroken beginning of a damaged log into segments, so that the files themselves can be set aside. What follows the damage is not
/// used, however whole: a recovered database holds a prefix of its writes.
/// </summary>
internal sealed class LogSalvage(IFileSystem files, string directory, VersionSet versions, LogFindings logs)
{
    private const long MemtableBytes = 64L << 20;

    /// <summary>Batches go to the log that an open begins; this one only has to be there.</summary>
    private const long LogBytes = 64L << 10;

    /// <summary>What the damage costs.</summary>
    public IReadOnlyList<Loss> Tell() => !logs.IsDamaged ? [] :
    [
        new Loss
        {
            Reason = $"The write-ahead log is damaged after write {logs.LastSequence}; all later writes in it are lost. {logs.RecordsBehind} whole batches were found "
                + "behind the damage, which cannot be used without those before them.",
            SmallestSequence = logs.LastSequence > 0 ? logs.LastSequence + 1 : null,
            LargestSequence = logs.HighestSequence > logs.LastSequence ? logs.HighestSequence : null,
        },
    ];

    /// <summary>Writes the segments and returns where they belong.</summary>
    public IReadOnlyList<SegmentPlacement> Replay(SegmentWriterOptions segments)
    {
        using ArenaPool arenas = new(MemtableBytes);
        using LogReplayer replayer = new(files, directory, versions, arenas, segments);
        foreach (ulong number in logs.Numbers)
        {
            if (number <= logs.End.Log)
            {
                Replay(number, replayer);
            }
        }

        replayer.Finish();
        return replayer.Placements;
    }

    /// <summary>Makes a log without records for the manifest to count on, and returns its number.</summary>
    public ulong Begin(Guid databaseId)
    {
        ulong number = versions.NewFileNumber();
        new LogFilePool(files, directory, databaseId, LogMedium.Staged, maxSpares: 0)
            .Prepare(number, logs.Numbers.Count > 0 ? logs.Numbers[^1] : 0, LogBytes)
            .Dispose();
        return number;
    }

    private void Replay(ulong number, LogReplayer replayer)
    {
        string path = Path.Combine(directory, FileNames.Log(number));
        using LogReader reader = LogReader.Open(files, directory, number, LogReader.ReadHeader(files, path).DatabaseId);
        long end = number == logs.End.Log ? logs.End.Offset : long.MaxValue;
        long start = reader.Offset;
        while (start < end && reader.TryRead(out ReadOnlySpan<byte> payload))
        {
            replayer.Replay(payload, path, start);
            start = reader.Offset;
        }
    }
}
