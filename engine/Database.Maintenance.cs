using Basalt.Engine.Commit;
using Basalt.Engine.Manifest;

namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Flushes all that is in memory to segments.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        Cut cut = await Task.Run(() => _core.Pipeline.Cut(_core.Versions.NewFileNumber), cancellationToken).ConfigureAwait(false);
        LsmVersion version = await _core.Options.BackgroundExecutor.WhenDone(cut.Flushed).ConfigureAwait(false);
        version.Release();
    }

    /// <summary>Merges a keyspace until it has one sorted run, or all keyspaces if none is given.</summary>
    public async Task CompactAsync(Keyspace? keyspace = null, CancellationToken cancellationToken = default)
    {
        keyspace?.Check(_core.Versions);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        foreach (Keyspace each in keyspace is null ? Keyspaces : [keyspace])
        {
            await _compactions.CompactAllAsync(each, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Bytes that may still be written to the file system that the database is on.</summary>
    /// <exception cref="DatabaseException">The system cannot tell.</exception>
    public long GetFreeBytes() => _core.FileSystem.FreeBytes(_core.Directory);

    /// <summary>Counters and sizes, consistent enough for monitoring.</summary>
    public DatabaseStatistics GetStatistics() => ReadVersion(version => new DatabaseStatistics
    {
        Writes = _core.Metrics.Writes,
        LogBytes = _core.Log.BytesAppended,
        LogSyncs = _core.Log.Syncs,
        LogSyncTimes = _core.Log.SyncTimes,
        Flushes = _core.Metrics.Flushes,
        FlushBytes = _core.Metrics.FlushBytes,
        Compactions = _core.Metrics.Compactions,
        CompactionBytes = _core.Metrics.CompactionBytes,
        Stalls = _core.Metrics.Stalls,
        StallTime = _core.Metrics.StallTime,
        MemtableBytes = _core.Pipeline.MemtableBytes,
        SealedMemtables = _core.Pipeline.SealedMemtables,
        Segments = version.Keyspaces.Values.Sum(keyspace => keyspace.SegmentCount),
        SegmentBytes = version.Keyspaces.Values.Sum(keyspace => keyspace.Length),
        CacheBytes = _core.Cache.UsedBytes,
        CacheHits = _core.Cache.Hits,
        CacheMisses = _core.Cache.Misses,
        HeldBytes = _core.Versions.HeldBytes,
        IsOutOfSpace = _core.Space.IsAny,
    });

    /// <summary>Bytes of segments of a keyspace and its approximate entries (memtable entries excluded).</summary>
    public KeyspaceStatistics GetStatistics(Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        return ReadVersion(version =>
        {
            keyspace.Check(_core.Versions);
            KeyspaceVersion tree = version.Keyspaces[keyspace.Id];
            List<int> segments = [];
            List<long> bytes = [];
            foreach (Level level in tree.Levels)
            {
                segments.Add(level.Count);
                bytes.Add(level.Length);
            }

            return new KeyspaceStatistics(
                tree.SegmentCount, tree.Length, tree.AllSegments().Sum(placed => placed.Segment.Metadata.EntryCount), segments, bytes);
        });
    }
}
