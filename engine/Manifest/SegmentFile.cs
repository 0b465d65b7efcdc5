using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>
/// A file that holds one or more segments. It is the unit of leases and of deletion: it goes when no version and no lease names any
/// of its segments.
/// </summary>
/// <remarks>
/// Counters and the list of segments are guarded by the manifest lock.
/// </remarks>
internal sealed class SegmentFile(SegmentHandles handles, string directory, ulong number) : IDisposable
{
    private readonly List<Segment> _segments = [];
    private readonly SegmentHandle _handle = handles.Create(System.IO.Path.Combine(directory, FileNames.Segment(number)));

    public ulong Number { get; } = number;

    public string Path => _handle.Path;

    /// <summary>To read from until the file is deleted.</summary>
    public IReadableFile Content => _handle;

    /// <summary>Bytes up to the end of the last known segment.</summary>
    public long Length { get; private set; }

    /// <summary>Segments of this file in the newest version.</summary>
    public int LiveSegments { get; set; }

    /// <summary>Leases that name a segment of this file.</summary>
    public int Leases { get; set; }

    /// <summary>The known segments of this file.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Notes that a segment is in this file.</summary>
    public void Add(Segment segment)
    {
        _segments.Add(segment);
        Length = Math.Max(Length, segment.Offset + segment.Metadata.Length);
    }

    public void Dispose() => _handle.Dispose();
}
