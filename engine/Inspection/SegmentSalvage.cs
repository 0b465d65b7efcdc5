using Basalt.Engine.Compaction;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>Copies what can be read of segments into new ones, and tells what lay between.</summary>
/// <param name="files">Where files are.</param>
/// <param name="directory">The database.</param>
/// <param name="output">Where the entries go; null to tell only.</param>
/// <param name="log">Counts what is read; its list of damage is not for what is found here a second time.</param>
internal sealed class SegmentSalvage(IFileSystem files, string directory, SegmentFileSet? output, InspectionLog log)
{
    private readonly List<Loss> _losses = [];
    private List<(byte[] Smallest, byte[] Largest)> _gaps = [];
    private DataBlockCursor _cursor = new(128);
    private byte[] _lastKey = [];

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<Loss> Losses => _losses;

    /// <summary>Segments that anything was saved of.</summary>
    public int Segments { get; private set; }

    /// <summary>Entries saved.</summary>
    public long Entries { get; private set; }

    /// <summary>Saves a segment, block by block.</summary>
    public void Save(SegmentFinding finding, SegmentPlacement placement, string keyspace)
    {
        SegmentMetadata metadata = finding.Segment.Metadata;
        if (finding.State == SegmentState.Lost)
        {
            _losses.Add(LossOf(metadata, keyspace, metadata.EntryCount, "The whole segment is lost: its file is missing, unreadable or another one."));
            return;
        }

        string path = Path.Combine(directory, FileNames.Segment(finding.Segment.Id.File));
        using IReadableFile file = files.OpenRead(path);
        SegmentLocation location = new(file, finding.Segment.Id.Offset, metadata.Length);
        using SegmentScan scan = new(location, metadata, static _ => { });
        _gaps = [];
        _lastKey = metadata.SmallestKey.ToArray();
        bool isInGap = false;
        while (scan.MoveNext())
        {
            log.Read(scan.BlockLength);
            if (scan.IsReadable)
            {
                Save(scan.Block, isInGap);
            }

            isInGap = !scan.IsReadable;
        }

        if (isInGap)
        {
            _gaps.Add((_lastKey, metadata.LargestKey.ToArray()));
        }

        output?.EndSegment(placement.Keyspace, placement.Level);
        Segments += scan.EntryCount > 0 ? 1 : 0;
        Entries += scan.EntryCount;
        Tell(metadata, keyspace, Path.GetFileName(path), metadata.EntryCount - scan.EntryCount);
    }

    private void Save(in DataBlock block, bool isAfterGap)
    {
        _cursor.SetBlock(block);
        _cursor.SeekToFirst();
        if (isAfterGap)
        {
            _gaps.Add((_lastKey, _cursor.Key.ToArray()));
        }

        if (output is not null)
        {
            for (; _cursor.IsValid; _cursor.Next())
            {
                output.Add(_cursor.Key, _cursor.Trailer, _cursor.Value);
            }
        }

        _cursor.SeekToLast();
        _lastKey = _cursor.Key.ToArray();
    }

    private void Tell(SegmentMetadata metadata, string keyspace, string file, long lost)
    {
        if (_gaps.Count == 0 && lost > 0)
        {
            _gaps.Add((metadata.SmallestKey.ToArray(), metadata.LargestKey.ToArray()));
        }

        foreach ((byte[] smallest, byte[] largest) in _gaps)
        {
            _losses.Add(LossOf(
                metadata, keyspace, _gaps.Count == 1 ? lost : null, $"{lost} of {metadata.EntryCount} entries of a segment in '{file}' cannot be read.")
                with
            { SmallestKey = smallest, LargestKey = largest });
        }
    }

    private static Loss LossOf(SegmentMetadata metadata, string keyspace, long? entries, string reason) => new()
    {
        Reason = reason,
        Keyspace = keyspace,
        SmallestKey = metadata.SmallestKey,
        LargestKey = metadata.LargestKey,
        Entries = entries,
        SmallestSequence = metadata.SmallestSequence,
        LargestSequence = metadata.LargestSequence,
    };
}
