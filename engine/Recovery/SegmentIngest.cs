using System.Globalization;
using Basalt.Engine.Files;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>
/// Brings segments of new keyspaces into a database, all or nothing: bytes are staged and verified, then <see cref="CommitAsync"/>
/// makes every keyspace visible with one manifest edit. Disposing without a commit leaves no trace.
/// </summary>
/// <remarks>
/// Thread-safe. A restored tree keeps its own sequence numbers; the database's counter is raised above them, so that later writes win.
/// </remarks>
public sealed class SegmentIngest : IAsyncDisposable
{
    /// <summary>Half of all numbers: the database goes on above the highest one adopted, and must not run out of them.</summary>
    private const ulong MaxSequence = InternalKey.MaxSequence / 2;

    private readonly DatabaseCore _core;
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StagedSegment>> _keyspaces = new(StringComparer.Ordinal);
    private readonly Action<IEnumerable<uint>> _changed;
    private bool _ended;

    internal SegmentIngest(DatabaseCore core, Action<IEnumerable<uint>> changed)
    {
        _core = core;
        _changed = changed;
        _directory = Path.Combine(core.Directory, FileNames.Staging, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        core.FileSystem.CreateDirectory(_directory);
    }

    /// <summary>Declares a keyspace, so that one without segments is created too. Idempotent.</summary>
    /// <exception cref="DatabaseException">A live keyspace has that name.</exception>
    public void AddKeyspace(string name)
    {
        KeyspaceNames.Check(name);
        LsmVersion version = _core.Versions.Acquire();
        try
        {
            CheckFree(version, name);
        }
        finally
        {
            version.Release();
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _keyspaces.TryAdd(name, []);
        }
    }

    /// <summary>
    /// Opens a staged segment for writing. Write exactly <see cref="SegmentMetadata.Length"/> bytes in order, then complete it.
    /// Several may be open at once, each used by one task.
    /// </summary>
    /// <param name="keyspace">A keyspace declared with <see cref="AddKeyspace"/>.</param>
    /// <param name="level">The level it had at its cut, see <see cref="PinnedSegment.Level"/>.</param>
    /// <param name="metadata">Its metadata; the bytes are verified against its digests.</param>
    public StagedSegment OpenSegment(string keyspace, int level, SegmentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, KeyspaceVersion.LevelCount);
        CheckMetadata(metadata);
        ulong number = _core.Versions.NewFileNumber();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (!_keyspaces.TryGetValue(keyspace, out List<StagedSegment>? segments))
            {
                throw new DatabaseException($"The keyspace '{keyspace}' was not declared; call AddKeyspace first.");
            }

            IWritableFile file = _core.FileSystem.Create(Path.Combine(_directory, FileNames.Segment(number)));
            StagedSegment segment = new(file, number, keyspace, level, metadata);
            segments.Add(segment);
            return segment;
        }
    }

    /// <summary>Makes all declared keyspaces visible at once, durably. Everything staged must be complete.</summary>
    /// <exception cref="DatabaseException">
    /// A segment is incomplete or damaged, or a keyspace of one of the names came to be meanwhile; nothing was changed.
    /// </exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
        }

        await _core.StructureGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Run(Commit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _core.StructureGate.Release();
        }
    }

    /// <summary>Removes whatever was staged, unless committed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        await Task.Run(RemoveStaged).ConfigureAwait(false);
    }

    private static void CheckMetadata(SegmentMetadata metadata)
    {
        long rest = metadata.Length;
        foreach (ExtentDigest extent in metadata.Extents)
        {
            // Extents are found by their index, so all but the last have the same length.
            if (extent.Length != Math.Min(rest, SegmentMetadata.ExtentSize) || rest <= 0)
            {
                throw new ArgumentException("The extents do not make up the segment.", nameof(metadata));
            }

            rest -= extent.Length;
        }

        if (rest != 0 || metadata.Extents.IsEmpty)
        {
            throw new ArgumentException("The extents do not make up the segment.", nameof(metadata));
        }

        if (metadata.LargestSequence > MaxSequence)
        {
            throw new ArgumentException($"Sequence number {metadata.LargestSequence} is beyond what any database reaches.", nameof(metadata));
        }
    }

    private void Commit()
    {
        Dictionary<string, List<StagedSegment>> keyspaces;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            keyspaces = _keyspaces.ToDictionary(keyspace => keyspace.Key, keyspace => keyspace.Value.ToList(), StringComparer.Ordinal);
        }

        List<StagedSegment> segments = [.. keyspaces.Values.SelectMany(staged => staged)];
        segments.ForEach(CheckReadable);
        CheckLevels(keyspaces);
        bool edited = false;
        List<uint> created = [];
        try
        {
            // Renamed into the directory first: a crash before the edit leaves files that no manifest names, and the next open sweeps them.
            foreach (StagedSegment segment in segments)
            {
                _core.FileSystem.Rename(segment.Path, FinalPath(segment));
            }

            _core.FileSystem.SyncDirectory(_core.Directory);
            ulong newest = segments.Count == 0 ? 0 : segments.Max(segment => segment.Metadata.LargestSequence);
            ulong createdAt = _core.Pipeline.AdvanceSequence(newest);
            _core.Pipeline.Install(_core.Versions.Apply((current, edit) =>
            {
                created = Create(keyspaces, current, edit, createdAt);
                edited = true;
                return true;
            }));
        }
        catch when (!edited)
        {
            segments.ForEach(segment => _core.FileSystem.Delete(FinalPath(segment)));
            throw;
        }

        lock (_lock)
        {
            _ended = true;
        }

        RemoveStaged();
        _changed(created);
    }

    /// <summary>Fills in the edit and returns the ids of the new keyspaces.</summary>
    private List<uint> Create(Dictionary<string, List<StagedSegment>> keyspaces, LsmVersion current, VersionEdit edit, ulong createdAt)
    {
        List<uint> created = [];
        edit.LastSequence = createdAt;
        foreach ((string name, List<StagedSegment> staged) in keyspaces)
        {
            CheckFree(current, name);
            uint id = _core.Versions.NewKeyspaceId();
            created.Add(id);
            edit.CreatedKeyspaces.Add(new KeyspaceDefinition(id, name, createdAt));
            edit.AddedSegments.AddRange(staged.Select(segment => new SegmentPlacement(id, segment.Level, segment.Definition)));
        }

        return created;
    }

    private string FinalPath(StagedSegment segment) => Path.Combine(_core.Directory, FileNames.Segment(segment.FileNumber));

    /// <summary>Opens the segment as a reader would, which checks its footer, index, filter and properties against its metadata.</summary>
    private void CheckReadable(StagedSegment segment)
    {
        if (!segment.IsComplete)
        {
            throw new DatabaseException($"The segment {segment.Metadata.Origin} of keyspace '{segment.Keyspace}' is not complete.");
        }

        using IReadableFile file = _core.FileSystem.OpenRead(segment.Path);
        SegmentReader.Open(file, 0, segment.Metadata, _core.Cache).Dispose();
    }

    /// <summary>A sorted run whose segments overlap would give wrong answers silently.</summary>
    private static void CheckLevels(Dictionary<string, List<StagedSegment>> keyspaces)
    {
        foreach ((string name, List<StagedSegment> staged) in keyspaces)
        {
            foreach (IGrouping<int, StagedSegment> level in staged.Where(segment => segment.Level > 0).GroupBy(segment => segment.Level))
            {
                List<SegmentMetadata> run = [.. level.Select(segment => segment.Metadata)];
                run.Sort((left, right) => left.SmallestKey.Span.SequenceCompareTo(right.SmallestKey.Span));
                for (int i = 1; i < run.Count; i++)
                {
                    if (run[i - 1].LargestKey.Span.SequenceCompareTo(run[i].SmallestKey.Span) >= 0)
                    {
                        throw DatabaseException.Corruption(
                            $"Segments {run[i - 1].Origin} and {run[i].Origin} of keyspace '{name}' overlap in level {level.Key}.", null);
                    }
                }
            }
        }
    }

    private static void CheckFree(LsmVersion version, string name)
    {
        if (version.Keyspaces.Values.Any(keyspace => keyspace.Keyspace.Name == name))
        {
            throw new DatabaseException($"A keyspace named '{name}' already exists.");
        }
    }

    private void RemoveStaged()
    {
        foreach (StagedSegment segment in _keyspaces.Values.SelectMany(staged => staged))
        {
            segment.Close();
        }

        _core.FileSystem.DeleteDirectory(_directory);
    }
}
