using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

internal sealed partial class VersionSet
{
    /// <summary>Rebuilds the state that a manifest describes. Nothing is written before the first edit.</summary>
    /// <exception cref="DatabaseException">The manifest is damaged or contradicts itself.</exception>
    public static VersionSet Recover(IFileSystem fileSystem, string directory, string manifestName, Action versionReleased)
    {
        string path = Path.Combine(directory, manifestName);
        ManifestContents contents = ManifestReader.Read(fileSystem, path);
        VersionSet versions = Rebuild(fileSystem, directory, contents.DatabaseId, contents.Edits, path, versionReleased);
        versions.VerifyFiles();
        return versions;
    }

    /// <summary>The state that edits describe, as one edit. No file is looked at.</summary>
    /// <exception cref="DatabaseException">The edits contradict each other.</exception>
    public static VersionEdit Condense(IFileSystem fileSystem, string directory, Guid databaseId, IReadOnlyList<VersionEdit> edits, string path) =>
        Rebuild(fileSystem, directory, databaseId, edits, path, static () => { }).Snapshot();

    /// <summary>The state that edits describe, in memory alone. No file is looked at.</summary>
    /// <exception cref="DatabaseException">The edits contradict each other.</exception>
    public static VersionSet Rebuild(
        IFileSystem fileSystem, string directory, Guid databaseId, IReadOnlyList<VersionEdit> edits, string path, Action versionReleased)
    {
        VersionSet versions = new(fileSystem, directory, databaseId, versionReleased);
        try
        {
            foreach (VersionEdit edit in edits)
            {
                versions.Replay(edit);
            }

            versions.ForgetUnneededFiles();
            return versions;
        }
        catch (Exception exception) when (exception is KeyNotFoundException or ArgumentException)
        {
            throw DatabaseException.Damage("The manifest contradicts itself.", path, innerException: exception);
        }
    }

    /// <summary>Makes sure that file numbers seen on disk are not used again. Requires: no other thread.</summary>
    public void ReserveFileNumber(ulong seen) => _nextFileNumber = Math.Max(_nextFileNumber, seen + 1);

    /// <summary>Whether a segment file is part of any version or lease.</summary>
    public bool Names(ulong fileNumber)
    {
        lock (_manifestLock)
        {
            return _files.ContainsKey(fileNumber);
        }
    }

    /// <summary>Whether a keyspace id was ever given out.</summary>
    public bool HasUsedKeyspaceId(uint id) => id > 0 && id < Volatile.Read(ref _nextKeyspaceId);

    private void Replay(VersionEdit edit)
    {
        _nextFileNumber = Math.Max(_nextFileNumber, edit.NextFileNumber ?? 0);
        _nextKeyspaceId = Math.Max(_nextKeyspaceId, edit.NextKeyspaceId ?? 0);
        ApplyInMemory(edit);
    }

    /// <summary>Forgets the files that nothing needs; the orphan sweep removes them. Those of leases stay.</summary>
    private void ForgetUnneededFiles()
    {
        foreach (SegmentFile file in _obsolete.TakeDeletable())
        {
            Forget(file);
        }
    }

    /// <summary>
    /// Checks that every file that is named is there and long enough: before the sweep, which would take away what an older manifest, put
    /// back by mistake, does not name.
    /// </summary>
    private void VerifyFiles()
    {
        HashSet<string> present = [.. _fileSystem.List(_directory)];
        foreach (SegmentFile file in _files.Values)
        {
            if (!present.Contains(Path.GetFileName(file.Path)))
            {
                throw DatabaseException.Damage("The manifest names this segment file, which is missing.", file.Path);
            }

            long length = _fileSystem.FileLength(file.Path);
            if (length < file.Length)
            {
                throw DatabaseException.Damage($"The segment file was cut: its segments end at {file.Length}.", file.Path, length);
            }
        }
    }

    /// <summary>
    /// Writes a new manifest with the whole state, for <see cref="SwitchTo"/>. Every open does so: a torn tail is never appended to.
    /// </summary>
    /// <returns>Null if the disk is too full; the manifest in force goes on.</returns>
    private ManifestWriter? TryBeginManifest(VersionEdit edit)
    {
        string path = Path.Combine(_directory, FileNames.Manifest(NewFileNumber()));
        ManifestWriter? next = null;
        try
        {
            next = new ManifestWriter(_fileSystem, path, DatabaseId);
            next.Append(next.Reserve(Snapshot()));
            next.Reserve(edit);
            _fileSystem.SyncDirectory(_directory);
            CurrentFile.Prepare(_fileSystem, _directory, Path.GetFileName(path));
            return next;
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            next?.Dispose();
            _fileSystem.Delete(path);
            if (_manifest is null)
            {
                throw;
            }

            _rollAt = _manifest.Length + RollFloor;
            return null;
        }
        catch
        {
            next?.Dispose();
            throw;
        }
    }

    private void SwitchTo(ManifestWriter next)
    {
        ManifestWriter? previous = _manifest;
        try
        {
            CurrentFile.Switch(_fileSystem, _directory);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        _manifest = next;
        _rollAt = Math.Max(RollFloor, 4 * next.Length);
        if (previous is not null)
        {
            previous.Dispose();
            _fileSystem.Delete(previous.Path);
        }
    }

    private VersionEdit Snapshot()
    {
        VersionEdit edit = new()
        {
            LogFloor = LogFloor,
            LastSequence = LastSequence,
            NextFileNumber = Volatile.Read(ref _nextFileNumber),
            NextKeyspaceId = Volatile.Read(ref _nextKeyspaceId),
        };
        HashSet<SegmentId> live = [];
        foreach ((uint id, KeyspaceVersion keyspace) in _current.Keyspaces)
        {
            edit.CreatedKeyspaces.Add(new KeyspaceDefinition(id, keyspace.Keyspace.Name, keyspace.Keyspace.CreatedAt));
            foreach (PlacedSegment placed in keyspace.AllSegments())
            {
                live.Add(placed.Segment.Id);
                edit.AddedSegments.Add(new SegmentPlacement(id, placed.Level, Definition(placed.Segment)));
            }
        }

        // Not only those that have a lease: the next edit may grant one on segments that left the newest version since its cut.
        edit.LeasedSegments.AddRange(_segments.Values.Where(segment => !live.Contains(segment.Id)).Select(Definition));
        edit.GrantedLeases.AddRange(_leases.All.Select(lease => lease.Grant with { ExpiresAt = lease.ExpiresAt }));
        return edit;
    }

    private static SegmentDefinition Definition(Segment segment) => new(segment.Id, segment.Metadata);
}
