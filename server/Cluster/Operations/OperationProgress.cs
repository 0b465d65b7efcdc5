using Basalt.Backup;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Cluster.Operations;

/// <summary>Operations of a cluster in the words that clients know from backups of one node.</summary>
internal static class OperationProgress
{
    /// <summary>The state of an operation.</summary>
    public static BackupState StateOf(OperationRecord record) => record.Phase switch
    {
        OperationPhase.Claiming or OperationPhase.Preparing or OperationPhase.Cutting => BackupState.Started,
        OperationPhase.Transferring or OperationPhase.Staging => BackupState.Transferring,
        OperationPhase.Committing => BackupState.Transferred,
        OperationPhase.Publishing => BackupState.Finalizing,
        OperationPhase.Done => BackupState.Success,
        OperationPhase.Canceled => BackupState.Canceled,
        _ => BackupState.Failed,
    };

    /// <summary>How far all nodes have come together, by their last reports.</summary>
    public static BackupProgress Of(OperationStatus status, DateTimeOffset now)
    {
        long total = status.Reports.Values.Sum(report => report.BytesTotal);
        long done = status.Reports.Values.Sum(report => report.BytesDone);
        TimeSpan elapsed = now - status.Plan.Started;
        return new BackupProgress
        {
            State = StateOf(status.Record),
            BytesTotal = total,
            BytesDone = done,
            BytesReused = 0,
            FilesTotal = 0,
            FilesDone = 0,
            BytesPerSecond = elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : 0,
            Remaining = null,
            CutPause = status.Reports.Values.Max(report => report.CutPause),
            StartedAt = status.Plan.Started,
            CompletedAt = status.Record.IsFinal ? status.Record.Since : null,
            Error = status.Record.Error,
        };
    }
}
