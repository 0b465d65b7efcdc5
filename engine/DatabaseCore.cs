using Basalt.Engine.Commit;
using Basalt.Engine.Diagnostics;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Recovery;
using Basalt.Engine.Segments;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;

namespace Basalt.Engine;

/// <summary>The parts of one open database, for those that work on several of them.</summary>
internal sealed class DatabaseCore
{
    public required string Directory { get; init; }

    public required DatabaseOptions Options { get; init; }

    public required IFileSystem FileSystem { get; init; }

    public required IDisposable DirectoryLock { get; init; }

    public required VersionSet Versions { get; init; }

    public required WriteAheadLog Log { get; init; }

    public required ArenaPool Arenas { get; init; }

    public required BlockCache Cache { get; init; }

    public required CommitPipeline Pipeline { get; init; }

    public required EngineMetrics Metrics { get; init; }

    public required SegmentWriterOptions SegmentOptions { get; init; }

    public required StagingArea Staging { get; init; }

    public required SpaceShortage Space { get; init; }

    public OpenSnapshots Snapshots { get; } = new();

    /// <summary>
    /// Held from a cut until its version is pinned, and by whatever takes keyspaces away or brings segments in: a snapshot holds every
    /// keyspace of its cut or none of the change.
    /// </summary>
    public SemaphoreSlim StructureGate { get; } = new(1, 1);

    /// <summary>Asks for the deletion of files that nothing names any more. Must return at once.</summary>
    public Action FilesFreed { get; set; } = static () => { };

    /// <summary>Refuses writes from now on and says why.</summary>
    public void Fail(string activity, Exception cause)
    {
        Pipeline.Fail(cause);
        Options.OnEvent?.Invoke(new DatabaseEvent(DatabaseEventKind.WritesRefused, $"{activity} failed: {cause.Message}", cause));
    }
}
