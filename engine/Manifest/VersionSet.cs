using System.Collections.Immutable;
using Basalt.Engine.Files;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>
/// What the database consists of, and the only place where that changes: an edit is appended to the manifest, synced, and then a new
/// version takes the place of the current one.
/// </summary>
/// <remarks>
/// Invariants: (1) nothing acts on an edit that is not on disk; (2) edits are totally ordered by the manifest lock; (3) a file is
/// handed out for deletion only when no live version and no lease names it; (4) after an edit that failed no further one is taken
/// and no file is handed out, because what reached the disk is unknown; (5) a full disk is met before an edit is begun, by reserving its
/// space, and changes nothing.
/// </remarks>
internal sealed partial class VersionSet
{
    private const long RollFloor = 1 << 20;

    private readonly Lock _manifestLock = new();
    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly ObsoleteFiles _obsolete = new();
    private readonly LeaseTable _leases = new();
    private readonly Dictionary<ulong, SegmentFile> _files = [];
    private readonly Dictionary<SegmentId, Segment> _segments = [];
    private readonly Action _versionReleased;
    private readonly SegmentHandles _handles;
    private LsmVersion _current;
    private ManifestWriter? _manifest;
    private long _rollAt;
    private Exception? _failure;
    private Action? _drained;
    private bool _isAnyCompactionStopped;
    private ulong _nextFileNumber = 1;
    private uint _nextKeyspaceId = 1;

    /// <param name="fileSystem">Where files are.</param>
    /// <param name="directory">The database directory.</param>
    /// <param name="databaseId">Identity of the database.</param>
    /// <param name="versionReleased">Called whenever a version lost its last reader, on any thread: files may have become free.</param>
    public VersionSet(IFileSystem fileSystem, string directory, Guid databaseId, Action versionReleased)
    {
        _fileSystem = fileSystem;
        _handles = new SegmentHandles(fileSystem);
        _directory = directory;
        DatabaseId = databaseId;
        _versionReleased = versionReleased;
        _current = CreateVersion(0, ImmutableDictionary<uint, KeyspaceVersion>.Empty, KeyspaceIndex.Empty);
    }

    public Guid DatabaseId { get; }

    /// <summary>The name of the manifest in force, once the first edit was made.</summary>
    public string? ManifestName => Path.GetFileName(_manifest?.Path);

    /// <summary>Why no further edit is taken, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Logs with lower numbers are not needed.</summary>
    public ulong LogFloor { get; private set; }

    /// <summary>The highest sequence number that the manifest knows of.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>The newest version with a reference for the caller.</summary>
    public LsmVersion Acquire()
    {
        lock (_manifestLock)
        {
            _current.AddReference();
            return _current;
        }
    }

    /// <summary>A file number that was never used. Reserved durably by the next edit; files without one are swept at the next open.</summary>
    public ulong NewFileNumber() => Interlocked.Increment(ref _nextFileNumber) - 1;

    public uint NewKeyspaceId() => Interlocked.Increment(ref _nextKeyspaceId) - 1;

    /// <summary>Makes an edit durable and current. Returns the version after it with a reference for the caller.</summary>
    /// <param name="prepare">
    /// Fills in the edit under the manifest lock, against the newest version; returns false to change nothing.
    /// </param>
    /// <exception cref="DatabaseException">
    /// The manifest could not be written, now or earlier. <see cref="DatabaseError.OutOfSpace"/>: nothing was changed, and it may be tried again.
    /// </exception>
    public LsmVersion Apply(Func<LsmVersion, VersionEdit, bool> prepare)
    {
        lock (_manifestLock)
        {
            if (_failure is not null)
            {
                throw Refusal();
            }

            VersionEdit edit = new();
            if (prepare(_current, edit))
            {
                edit.NextFileNumber = Volatile.Read(ref _nextFileNumber);
                edit.NextKeyspaceId = Volatile.Read(ref _nextKeyspaceId);
                Commit(edit);
            }

            _current.AddReference();
            return _current;
        }
    }

    /// <summary>Ends the compactions of a keyspace, and returns a version that counts without it.</summary>
    public LsmVersion StopCompaction(Keyspace keyspace) => Apply((_, _) =>
    {
        keyspace.StopCompaction();
        _isAnyCompactionStopped = true;
        return true;
    });

    public LsmVersion Apply(VersionEdit edit) => Apply((_, target) =>
    {
        target.LogFloor = edit.LogFloor;
        target.LastSequence = edit.LastSequence;
        target.CreatedKeyspaces.AddRange(edit.CreatedKeyspaces);
        target.DroppedKeyspaces.AddRange(edit.DroppedKeyspaces);
        target.AddedSegments.AddRange(edit.AddedSegments);
        target.RemovedSegments.AddRange(edit.RemovedSegments);
        target.GrantedLeases.AddRange(edit.GrantedLeases);
        target.RenewedLeases.AddRange(edit.RenewedLeases);
        target.ReleasedLeases.AddRange(edit.ReleasedLeases);
        return true;
    });

    /// <summary>
    /// Files that nothing names any more; the caller deletes them. None after an edit that failed: it may be on disk all the same, and the
    /// next open then needs the files of the lease that it granted.
    /// </summary>
    public IReadOnlyList<SegmentFile> TakeDeletableFiles()
    {
        lock (_manifestLock)
        {
            if (_failure is not null)
            {
                return [];
            }

            List<SegmentFile> files = _obsolete.TakeDeletable();
            foreach (SegmentFile file in files)
            {
                Forget(file);
            }

            return files;
        }
    }

    /// <summary>
    /// Closes the manifest. Files and readers go when the last version is released, so that a read in progress on another thread
    /// never touches freed memory.
    /// </summary>
    /// <param name="drained">Called once no version is left, at once or later.</param>
    public void Close(Action drained)
    {
        lock (_manifestLock)
        {
            _manifest?.Dispose();
            _failure ??= new ObjectDisposedException(nameof(Database));
            _drained = drained;
        }

        _current.Release();
    }

    private void DisposeSegments()
    {
        foreach (Segment segment in _segments.Values)
        {
            segment.Dispose();
        }

        foreach (SegmentFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Commit(VersionEdit edit)
    {
        bool isUnchanged = true;
        try
        {
            ManifestWriter? next = _manifest is null || _manifest.Length > _rollAt ? TryBeginManifest(edit) : null;
            byte[] record = (next ?? _manifest!).Reserve(edit);
            isUnchanged = false;
            if (next is not null)
            {
                SwitchTo(next);
            }

            _manifest!.Append(record);
            ApplyInMemory(edit);
        }
        catch (DatabaseException full) when (isUnchanged && full.Error == DatabaseError.OutOfSpace)
        {
            // Whoever asked may ask again: neither disk nor memory knows of the edit.
            throw;
        }
        catch (Exception exception)
        {
            // Disk and memory may say different things now, and each further edit would build on the difference.
            _failure = exception;
            if (exception is DatabaseException { Error: DatabaseError.OutOfSpace })
            {
                // Of a file system that cannot reserve space. Nobody may take it for an edit that was not made.
                throw Refusal();
            }

            throw;
        }
    }

    private DatabaseException Refusal() => new(
        DatabaseError.WritesRefused, $"The manifest could not be written; reopen the database. {_failure!.Message}", innerException: _failure);

    /// <summary>The runtime object of a segment, made when it is first named.</summary>
    private Segment Resolve(SegmentDefinition definition)
    {
        if (_segments.TryGetValue(definition.Id, out Segment? known))
        {
            return known;
        }

        if (!_files.TryGetValue(definition.Id.File, out SegmentFile? file))
        {
            file = new SegmentFile(_handles, _directory, definition.Id.File);
            _files.Add(definition.Id.File, file);
        }

        Segment segment = new(file, definition.Id.Offset, definition.Metadata);
        file.Add(segment);
        _segments.Add(definition.Id, segment);
        return segment;
    }

    private void Forget(SegmentFile file)
    {
        foreach (Segment segment in file.Segments)
        {
            _segments.Remove(segment.Id);
            segment.Dispose();
        }

        _files.Remove(file.Number);
        file.Dispose();
    }

    private LsmVersion CreateVersion(long number, ImmutableDictionary<uint, KeyspaceVersion> keyspaces, KeyspaceIndex index)
    {
        _obsolete.VersionCreated(number);
        return new LsmVersion(number, keyspaces, index, _isAnyCompactionStopped, OnVersionReleased);
    }

    private void OnVersionReleased(LsmVersion version)
    {
        bool last = _obsolete.VersionReleased(version.Number);
        if (last && Volatile.Read(ref _drained) is { } drained)
        {
            DisposeSegments();
            drained();
            return;
        }

        _versionReleased();
    }
}
