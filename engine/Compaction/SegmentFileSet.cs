using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Compaction;

/// <summary>
/// The segment files that one flush or compaction writes. Segments follow each other in a file until it is large enough to be worth
/// one of its own; nothing is part of the database before <see cref="Complete"/> made all of it durable and an edit names it.
/// Disposing an incomplete set removes its files.
/// </summary>
internal sealed class SegmentFileSet : IDisposable
{
    /// <summary>A file that reached this size takes no further segment.</summary>
    private const long SharedFileLimit = 4 << 20;

    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly VersionSet _versions;
    private readonly SegmentWriterOptions _options;
    private readonly List<IWritableFile> _files = [];
    private readonly List<SegmentPlacement> _placements = [];
    private SegmentWriter? _writer;
    private SegmentOrigin _origin;
    private ulong _fileNumber;
    private bool _completed;

    public SegmentFileSet(IFileSystem fileSystem, string directory, VersionSet versions, SegmentWriterOptions options)
    {
        _fileSystem = fileSystem;
        _directory = directory;
        _versions = versions;
        _options = options;
    }

    /// <summary>Whether a segment is begun.</summary>
    public bool IsOpen => _writer is not null;

    /// <summary>Bytes of the segment in progress so far.</summary>
    public long CurrentLength => _writer?.EstimatedLength ?? 0;

    /// <summary>Bytes of all files.</summary>
    public long Length => _files.Sum(file => file.Length);

    /// <summary>The finished segments.</summary>
    public IReadOnlyList<SegmentPlacement> Placements => _placements;

    /// <summary>Appends to the segment in progress, beginning one if there is none.</summary>
    public void Add(ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value) => (_writer ?? Begin()).Add(key, trailer, value);

    /// <summary>Ends the segment in progress, if any.</summary>
    public void EndSegment(uint keyspace, int level)
    {
        if (_writer is null)
        {
            return;
        }

        SegmentMetadata metadata = _writer.Finish();
        _writer.Dispose();
        _writer = null;
        _placements.Add(new SegmentPlacement(keyspace, level, new SegmentDefinition(new SegmentId(_fileNumber, _origin.Offset), metadata)));
    }

    /// <summary>Makes all files and their names durable.</summary>
    public void Complete()
    {
        foreach (IWritableFile file in _files)
        {
            file.Sync();
            file.Dispose();
        }

        if (_files.Count > 0)
        {
            _fileSystem.SyncDirectory(_directory);
        }

        _completed = true;
    }

    /// <summary>
    /// Makes an edit that names the segments. If there was no space for it, and so it was not made, the files go; after any other failure they stay,
    /// for the edit may be on disk.
    /// </summary>
    /// <exception cref="DatabaseException">As <see cref="VersionSet.Apply(Func{LsmVersion, VersionEdit, bool})"/>.</exception>
    public LsmVersion Apply(Func<LsmVersion, VersionEdit, bool> prepare)
    {
        try
        {
            return _versions.Apply(prepare);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            DiscardAllBut([]);
            throw;
        }
    }

    /// <summary>Removes the files that hold none of the segments that an edit named.</summary>
    public void DiscardAllBut(IEnumerable<SegmentPlacement> named)
    {
        HashSet<string> kept = [.. named.Select(placement => PathOf(placement.Segment.Id.File))];
        foreach (IWritableFile file in _files.Where(file => !kept.Contains(file.Path)))
        {
            file.Dispose();
            TryDelete(file.Path);
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
        if (!_completed)
        {
            DiscardAllBut([]);
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            _fileSystem.Delete(path);
        }
        catch (DatabaseException)
        {
            // The next open sweeps it; why the output is given up matters more to whoever waits.
        }
    }

    private string PathOf(ulong fileNumber) => Path.Combine(_directory, FileNames.Segment(fileNumber));

    private SegmentWriter Begin()
    {
        if (_files.Count == 0 || _files[^1].Length >= SharedFileLimit)
        {
            _fileNumber = _versions.NewFileNumber();
            _files.Add(_fileSystem.Create(PathOf(_fileNumber)));
        }

        _origin = new SegmentOrigin(_versions.DatabaseId, _fileNumber, _files[^1].Length);
        _writer = new SegmentWriter(_files[^1], _origin, _options);
        return _writer;
    }
}
