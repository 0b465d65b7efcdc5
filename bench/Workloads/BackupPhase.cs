namespace Basalt.Bench.Workloads;

/// <summary>Something that goes on beside writers.</summary>
/// <param name="Name">What plots and tables call it.</param>
/// <param name="AtLeast">It is repeated until it lasted so long, so that percentiles rest on enough calls.</param>
/// <param name="IsInEveryRun">Whether it is part of every run or of the first only.</param>
/// <param name="Run">Does it once. It may leave files in the folder given, which is removed after the run.</param>
internal sealed record BackupPhase(string Name, TimeSpan AtLeast, bool IsInEveryRun, Action<ScratchFolder> Run)
{
    public const string Idle = "idle";
    public const string Snapshot = "snapshot only";
    public const string Full = "full backup";
    public const string CheckpointCopy = "checkpoint + copy";
    public const string Copy = "cp + sync";
    public const string Incremental = "incremental backup";
    public const string Compaction = "compaction";
    public const string DuringCompaction = "full backup during compaction";
}
