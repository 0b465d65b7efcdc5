using Basalt.Engine.Commit;
using Basalt.Engine.Diagnostics;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Recovery;

/// <summary>
/// Opens a database: <c>CURRENT</c>, then the manifest, then the logs that it still needs, then an edit that makes the outcome the new
/// beginning, then the sweep. Interrupted anywhere, the next open does the same again. Damage stops it; nothing is guessed.
/// </summary>
internal sealed class DatabaseOpener(string directory, DatabaseOptions options, IFileSystem fileSystem)
{
    private DatabaseCore? _core;

    public DatabaseCore Open()
    {
        if (!options.CreateIfMissing && !fileSystem.FileExists(Path.Combine(directory, FileNames.Current)))
        {
            throw new DatabaseException(
                DatabaseError.InvalidOperation, "There is no database here and DatabaseOptions.CreateIfMissing is false.", directory);
        }

        fileSystem.CreateDirectory(directory);
        IDisposable directoryLock = fileSystem.LockDirectory(directory);
        try
        {
            return Open(directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    private DatabaseCore Open(IDisposable directoryLock)
    {
        SegmentWriterOptions segmentOptions = new()
        {
            BlockSize = options.BlockBytes,
            Compression = options.Compression,
            FilterBitsPerKey = options.FilterBitsPerKey,
        };
        ArenaPool arenas = new(options.MemtableBytes);
        VersionSet versions = RecoverVersions();
        foreach (string name in fileSystem.List(directory))
        {
            if (FileNames.TryParse(name, out _, out ulong number))
            {
                versions.ReserveFileNumber(number);
            }
        }

        using LogReplayer replayer = new(fileSystem, directory, versions, arenas, segmentOptions);
        LogReplayResult replayed = ReplayLogs(versions, replayer);
        ulong firstLog = Begin(versions, replayer);
        WriteAheadLog log = WriteAheadLog.Start(
            fileSystem,
            directory,
            versions.DatabaseId,
            options.Durability == Durability.Sync ? LogMedium.Staged : LogMedium.Mapped,
            firstLog,
            replayed.HighestLog,
            WriteAheadLog.CapacityFor(options.MemtableBytes));
        EngineMetrics metrics = new();
        _core = new DatabaseCore
        {
            Directory = directory,
            Options = options,
            FileSystem = fileSystem,
            DirectoryLock = directoryLock,
            Versions = versions,
            Log = log,
            Arenas = arenas,
            Cache = new BlockCache(options.BlockCacheBytes),
            Metrics = metrics,
            SegmentOptions = segmentOptions,
            Pipeline = new CommitPipeline(versions, log, arenas, options, metrics, replayer.LastSequence),
        };
        return _core;
    }

    private VersionSet RecoverVersions()
    {
        if (CurrentFile.Read(fileSystem, directory) is { } manifest)
        {
            return VersionSet.Recover(fileSystem, directory, manifest, OnVersionReleased);
        }

        string? content = fileSystem.List(directory).FirstOrDefault(
            name => FileNames.TryParse(name, out FileKind kind, out _) && kind is FileKind.Segment or FileKind.Log);
        if (content is not null)
        {
            throw DatabaseException.Corruption(
                $"CURRENT is missing although '{content}' is there: this is a database that lost its beginning, not an empty directory.", directory);
        }

        return new VersionSet(fileSystem, directory, Guid.NewGuid(), OnVersionReleased);
    }

    private LogReplayResult ReplayLogs(VersionSet versions, LogReplayer replayer)
    {
        LogReplayResult result = LogChain.Replay(
            fileSystem,
            directory,
            versions.LogFloor,
            versions.DatabaseId,
            (payload, start) => replayer.Replay(payload, Path.Combine(directory, FileNames.Log(start.Log)), start.Offset));
        replayer.Finish();
        if (result.IsTailTorn)
        {
            options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.TornLogTail,
                $"The log {FileNames.Log(result.End.Log)} ends in an incomplete record at offset {result.End.Offset}; what follows, {result.DroppedLogs.Count} later logs included, was never acknowledged as durable and was dropped."));
        }

        return result;
    }

    /// <summary>Makes the recovered state the new beginning and removes what does not belong to it.</summary>
    /// <returns>The number of the first log.</returns>
    private ulong Begin(VersionSet versions, LogReplayer replayer)
    {
        ulong firstLog = versions.NewFileNumber();
        VersionEdit edit = new() { LogFloor = firstLog, LastSequence = replayer.LastSequence };
        edit.AddedSegments.AddRange(replayer.Placements);
        versions.Apply(edit).Release();
        versions.ReleaseExpiredLeases(options.TimeProvider.GetUtcNow());
        IReadOnlyList<string> orphans = OrphanSweep.Run(fileSystem, directory, versions);
        if (orphans.Count > 0)
        {
            options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.OrphansRemoved, $"Removed {orphans.Count} files that no manifest names, {orphans[0]} among them."));
        }

        return firstLog;
    }

    private void OnVersionReleased() => _core?.FilesFreed();
}
