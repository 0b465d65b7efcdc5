using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>
/// A file that holds one or more segments. It is the unit of leases and of deletion: it goes when no version and no lease names any
/// of its segments.
/// </summary>
/// <remarks>
/// Counters and the list of segments are guarded by the manifest lock. The handle is opened by whoever reads first and closed when the file is deleted.
/// </remarks>
internal sealed class SegmentFile(IFileSystem fileSystem, string directory, ulong number) : IDisposable
{
    private readonly Lock _openLock = new();
    private readonly List<Segment> _segments = [];
    private IReadableFile? _handle;

    public ulong Number { get; } = number;

    public string Path { get; } = System.IO.Path.Combine(directory, FileNames.Segment(number));

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

    public IReadableFile Open()
    {
        IReadableFile? handle = Volatile.Read(ref _handle);
        if (handle is not null)
        {
            return handle;
        }

        lock (_openLock)
        {
            return _handle ??= fileSystem.OpenRead(Path);
        }
    }

    public void Dispose()
    {
        lock (_openLock)
        {
            _handle?.Dispose();
            _handle = null;
        }
    }
}
