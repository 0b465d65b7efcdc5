using Basalt.Engine.Commit;
using Basalt.Engine.Compaction;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Recovery;

/// <summary>
/// Brings the batches of the log back: into memtables, and from these into level-0 segments. Segments of a replay that is itself
/// interrupted are named by no edit, and the next open starts over.
/// </summary>
internal sealed class LogReplayer : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly VersionSet _versions;
    private readonly ArenaPool _arenas;
    private readonly SegmentWriterOptions _segmentOptions;
    private readonly HashSet<uint> _live;
    private readonly List<SegmentPlacement> _placements = [];
    private Memtable? _memtable;
    private ulong _lastReplayed;

    public LogReplayer(IFileSystem fileSystem, string directory, VersionSet versions, ArenaPool arenas, SegmentWriterOptions segmentOptions)
    {
        _fileSystem = fileSystem;
        _directory = directory;
        _versions = versions;
        _arenas = arenas;
        _segmentOptions = segmentOptions;
        LastSequence = versions.LastSequence;
        LsmVersion version = versions.Acquire();
        _live = [.. version.Keyspaces.Keys];
        version.Release();
    }

    /// <summary>The highest sequence number of manifest and log.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Level-0 segments with all that was replayed; complete after <see cref="Finish"/>.</summary>
    public IReadOnlyList<SegmentPlacement> Placements => _placements;

    /// <summary>Takes one batch.</summary>
    /// <exception cref="DatabaseException">The record's checksum is right but it is no batch, or a batch out of order.</exception>
    public void Replay(ReadOnlySpan<byte> payload, string file, long offset)
    {
        Memtable memtable = MemtableFor(payload);
        BatchReader operations = new(payload);
        ulong last = _lastReplayed;
        while (operations.MoveNext())
        {
            ulong sequence = InternalKey.SequenceOf(operations.Trailer);
            if (sequence <= last)
            {
                throw DatabaseException.Damage($"The log holds write {sequence} after write {last}.", file, offset);
            }

            last = sequence;
            if (!_versions.HasUsedKeyspaceId(operations.Keyspace))
            {
                throw DatabaseException.Damage($"The log names keyspace {operations.Keyspace}, which the manifest has never heard of.", file, offset);
            }

            // Ids are never reused: one that is not live was dropped after the batch.
            if (_live.Contains(operations.Keyspace))
            {
                memtable.Insert(operations.Keyspace, operations.Key, operations.Trailer, operations.Value);
            }
        }

        memtable.EndInsert(WorstCase(payload));
        if (operations.IsMalformed)
        {
            throw DatabaseException.Damage("A log record holds no well-formed batch.", file, offset);
        }

        _lastReplayed = last;
        LastSequence = Math.Max(LastSequence, last);
    }

    /// <summary>Flushes what is still in memory.</summary>
    public void Finish()
    {
        if (_memtable is null)
        {
            return;
        }

        if (_memtable.EntryCount > 0)
        {
            using SegmentFileSet output = new(_fileSystem, _directory, _versions, _segmentOptions);
            FlushJob.Run(_memtable, _live.Contains, [], output);
            output.Complete();
            _placements.AddRange(output.Placements);
        }

        _memtable.Release();
        _memtable = null;
    }

    public void Dispose() => _memtable?.Release();

    private Memtable MemtableFor(ReadOnlySpan<byte> payload)
    {
        long needed = WorstCase(payload);
        if (_memtable is not null && _memtable.TryBeginInsert(needed))
        {
            return _memtable;
        }

        Finish();
        _memtable = new Memtable(_arenas.Rent(needed + Memtable.EmptyBytes), _arenas);
        return _memtable.TryBeginInsert(needed)
            ? _memtable
            : throw new DatabaseException(DatabaseError.LimitExceeded, $"A log record needs {needed} bytes of memory; a memtable takes less.");
    }

    private static long WorstCase(ReadOnlySpan<byte> payload)
    {
        long bytes = 0;
        BatchReader operations = new(payload);
        while (operations.MoveNext())
        {
            bytes += Memtable.BytesFor(operations.Key.Length, operations.Value.Length);
        }

        return bytes;
    }
}
