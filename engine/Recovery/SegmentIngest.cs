using System.Collections.Immutable;
using Basalt.Engine.Files;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Recovery;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>
/// Brings segments of new keyspaces into a database, all or nothing: bytes are staged and verified, then <see cref="CommitAsync"/>
/// makes every keyspace visible with one manifest edit. Disposing without a commit leaves no trace; a crash leaves the complete segments
/// of an ingest that has a name, for <see cref="TryReuseAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe. A restored tree keeps its own sequence numbers; the database's counter is raised above them, so that later writes win.
/// </remarks>
public sealed class SegmentIngest : IAsyncDisposable
{
    /// <summary>Half of all numbers: the database goes on above the highest one adopted, and must not run out of them.</summary>
    private const ulong MaxSequence = InternalKey.MaxSequence / 2;

    /// <summary>Bytes read at a time of a segment that was found.</summary>
    private const int ReadBytes = 1 << 20;

    private readonly DatabaseCore _core;
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StagedFile>> _keyspaces = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, Queue<string>> _found;
    private readonly Action<IEnumerable<uint>> _changed;
    private bool _ended;

    internal SegmentIngest(DatabaseCore core, string? name, Action<IEnumerable<uint>> changed)
    {
        _core = core;
        _changed = changed;
        _directory = core.Staging.Take(name);
        _found = core.Staging.FindComplete(_directory).ToDictionary(files => files.Key, files => new Queue<string>(files));
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
        CheckMetadata(level, metadata);
        ulong number = _core.Versions.NewFileNumber();
        lock (_lock)
        {
            List<StagedFile> segments = SegmentsOf(keyspace);
            IWritableFile writer = _core.FileSystem.Create(Path.Combine(_directory, StagingArea.Partial(number)));
            StagedFile file = new(_directory, number, keyspace, level, metadata) { Writer = writer };
            segments.Add(file);
            return new StagedSegment(_core.FileSystem, file, writer);
        }
    }

    /// <summary>
    /// Takes a segment that an ingest of the same name had completed before a crash, after reading all of it. No matter for which keyspace it
    /// was: its bytes count.
    /// </summary>
    /// <param name="keyspace">A keyspace declared with <see cref="AddKeyspace"/>.</param>
    /// <param name="level">The level it had at its cut, see <see cref="PinnedSegment.Level"/>.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="cancellationToken">Gives up; the segment is then lost for this ingest.</param>
    /// <returns>False: it is not there, or damaged. Open and write it.</returns>
    public async ValueTask<bool> TryReuseAsync(
        string keyspace, int level, SegmentMetadata metadata, CancellationToken cancellationToken = default)
    {
        CheckMetadata(level, metadata);
        string? path;
        lock (_lock)
        {
            SegmentsOf(keyspace);
            path = _found.GetValueOrDefault(metadata.Digest)?.TryDequeue(out string? next) == true ? next : null;
        }

        if (path is null || !await Task.Run(() => IsSegment(path, metadata, cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        StagedFile file = new(_directory, _core.Versions.NewFileNumber(), keyspace, level, metadata);
        file.Complete(_core.FileSystem, path);
        lock (_lock)
        {
            SegmentsOf(keyspace).Add(file);
        }

        return true;
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

    /// <summary>Requires: the lock is held.</summary>
    private List<StagedFile> SegmentsOf(string keyspace)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        return _keyspaces.TryGetValue(keyspace, out List<StagedFile>? segments)
            ? segments
            : throw new DatabaseException($"The keyspace '{keyspace}' was not declared; call AddKeyspace first.");
    }

    /// <summary>Whether a file has the bytes of a segment.</summary>
    private bool IsSegment(string path, SegmentMetadata metadata, CancellationToken cancellationToken)
    {
        using IReadableFile file = _core.FileSystem.OpenRead(path);
        if (file.Length != metadata.Length)
        {
            return false;
        }

        SegmentDigester digester = new();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(ReadBytes);
        for (long offset = 0; offset < file.Length; offset += ReadBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(ReadBytes, file.Length - offset));
            file.ReadExactly(part, offset);
            digester.Append(part);
        }

        (UInt128 digest, ImmutableArray<ExtentDigest> extents) = digester.Finish();
        return digest == metadata.Digest && extents.SequenceEqual(metadata.Extents);
    }

    private static void CheckMetadata(int level, SegmentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, KeyspaceVersion.LevelCount);
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
        Dictionary<string, List<StagedFile>> keyspaces;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            keyspaces = _keyspaces.ToDictionary(keyspace => keyspace.Key, keyspace => keyspace.Value.ToList(), StringComparer.Ordinal);
        }

        List<StagedFile> segments = [.. keyspaces.Values.SelectMany(staged => staged)];
        segments.ForEach(CheckReadable);
        CheckLevels(keyspaces);

        // Once the edit was begun it may be on disk whatever is thrown, unless there was no space to begin it.
        bool edited = false;
        List<uint> created = [];
        try
        {
            // Renamed into the directory first: a crash before the edit leaves files that no manifest names, and the next open sweeps them.
            foreach (StagedFile segment in segments)
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
        catch (Exception cause) when (!edited || cause is DatabaseException { Error: DatabaseError.OutOfSpace })
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
    private List<uint> Create(Dictionary<string, List<StagedFile>> keyspaces, LsmVersion current, VersionEdit edit, ulong createdAt)
    {
        List<uint> created = [];
        edit.LastSequence = createdAt;
        foreach ((string name, List<StagedFile> staged) in keyspaces)
        {
            CheckFree(current, name);
            uint id = _core.Versions.NewKeyspaceId();
            created.Add(id);
            edit.CreatedKeyspaces.Add(new KeyspaceDefinition(id, name, createdAt));
            edit.AddedSegments.AddRange(staged.Select(segment => new SegmentPlacement(id, segment.Level, segment.Definition)));
        }

        return created;
    }

    private string FinalPath(StagedFile segment) => Path.Combine(_core.Directory, FileNames.Segment(segment.Number));

    /// <summary>Opens the segment as a reader would, which checks its footer, index, filter and properties against its metadata.</summary>
    private void CheckReadable(StagedFile segment)
    {
        if (!segment.IsComplete)
        {
            throw new DatabaseException($"The segment {segment.Metadata.Origin} of keyspace '{segment.Keyspace}' is not complete.");
        }

        using IReadableFile file = _core.FileSystem.OpenRead(segment.Path);
        SegmentReader.Open(file, 0, segment.Metadata, _core.Cache).Dispose();
    }

    /// <summary>A sorted run whose segments overlap would give wrong answers silently.</summary>
    private static void CheckLevels(Dictionary<string, List<StagedFile>> keyspaces)
    {
        foreach ((string name, List<StagedFile> staged) in keyspaces)
        {
            foreach (IGrouping<int, StagedFile> level in staged.Where(segment => segment.Level > 0).GroupBy(segment => segment.Level))
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
        if (version.Find(name) is not null)
        {
            throw new DatabaseException($"A keyspace named '{name}' already exists.");
        }
    }

    private void RemoveStaged()
    {
        foreach (StagedFile segment in _keyspaces.Values.SelectMany(staged => staged))
        {
            segment.Writer?.Dispose();
        }

        _core.Staging.Free(_directory);
    }
}
