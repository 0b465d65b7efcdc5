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
        VersionSet versions = RecoverVersions() ?? CreateVersions();
        using LogReplayer replayer = new(fileSystem, directory, versions, arenas, segmentOptions);
        LogReplayResult replayed = ReplayLogs(versions, replayer);
        WriteAheadLog log = StartLog(versions, replayed);
        try
        {
            Begin(versions, replayer, log);
        }
        catch
        {
            log.Dispose();
            throw;
        }

        EngineMetrics metrics = new();
        SpaceShortage space = new(fileSystem, directory, options);
        _core = new DatabaseCore
        {
            Directory = directory,
            Options = options,
            FileSystem = fileSystem,
            DirectoryLock = directoryLock,
            Versions = versions,
            Staging = new StagingArea(fileSystem, directory),
            Log = log,
            Arenas = arenas,
            Cache = new BlockCache(options.BlockCacheBytes),
            Metrics = metrics,
            SegmentOptions = segmentOptions,
            Space = space,
            Pipeline = new CommitPipeline(versions, log, arenas, options, metrics, space, replayer.LastSequence),
        };
        return _core;
    }

    private VersionSet? RecoverVersions()
    {
        if (CurrentFile.Read(fileSystem, directory) is not { } manifest)
        {
            return null;
        }

        VersionSet versions = VersionSet.Recover(fileSystem, directory, manifest, OnVersionReleased);
        ReserveFileNumbers(versions);
        return versions;
    }

    private VersionSet CreateVersions()
    {
        string? content = fileSystem.List(directory).FirstOrDefault(
            name => FileNames.TryParse(name, out FileKind kind, out _) && kind is FileKind.Segment or FileKind.Log);
        if (content is not null)
        {
            throw DatabaseException.Damage(
                $"CURRENT is missing although '{content}' is there: this is a database that lost its beginning, not an empty directory.", directory);
        }

        VersionSet versions = new(fileSystem, directory, Guid.NewGuid(), OnVersionReleased);
        ReserveFileNumbers(versions);

        // A manifest first, so that a crash before the first log is there leaves an empty database and not half of one.
        versions.Apply(new VersionEdit()).Release();
        return versions;
    }

    private void ReserveFileNumbers(VersionSet versions)
    {
        foreach (string name in fileSystem.List(directory))
        {
            if (FileNames.TryParse(name, out _, out ulong number))
            {
                versions.ReserveFileNumber(number);
            }
        }
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

    /// <summary>Starts the log that follows those that were replayed; until an edit raises the floor it is the empty end of their chain.</summary>
    private WriteAheadLog StartLog(VersionSet versions, LogReplayResult replayed) => WriteAheadLog.Start(
        fileSystem,
        directory,
        versions.DatabaseId,
        options.Durability == Durability.Sync ? LogMedium.Staged : LogMedium.Mapped,
        versions.NewFileNumber(),
        replayed.HighestLog,
        WriteAheadLog.CapacityFor(options.MemtableBytes),
        options.BackgroundExecutor);

    /// <summary>Makes the recovered state the new beginning and removes what does not belong to it.</summary>
    private void Begin(VersionSet versions, LogReplayer replayer, WriteAheadLog log)
    {
        VersionEdit edit = new() { LogFloor = log.CurrentLog, LastSequence = replayer.LastSequence };
        edit.AddedSegments.AddRange(replayer.Placements);
        versions.Apply(edit).Release();
        versions.ReleaseExpiredLeases(options.TimeProvider.GetUtcNow());
        IReadOnlyList<string> orphans = OrphanSweep.Run(fileSystem, directory, versions);
        if (orphans.Count > 0)
        {
            options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.OrphansRemoved, $"Removed {orphans.Count} files that no manifest names, {orphans[0]} among them."));
        }
    }

    private void OnVersionReleased() => _core?.FilesFreed();
}
