using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// What a node does for its part in an operation. Calls come one at a time, each of them perhaps again, after a restart too: what is done already is only
/// looked up. A call that fails fails the operation with its message, unless it was canceled.
/// </summary>
internal interface IShareWork
{
    /// <summary>How far a transfer or a restore has come; null for nothing to tell. Asked at any time.</summary>
    BackupProgress? Progress { get; }

    /// <summary>Create: finds the claim in the repository as this node sees it.</summary>
    Task PrepareAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Create: arms for <see cref="OperationRecord.Instant"/>, and returns when the cut is made and leased, or when it is clear that it is too late. A
    /// cut for another instant is given up.
    /// </summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="record">How far it has come.</param>
    /// <param name="mayArm">False after a restart: then only a cut that was made for the instant counts, otherwise the instant has passed.</param>
    /// <param name="cancellationToken">Gives up, and disarms.</param>
    Task<CutResult> CutAsync(OperationPlan plan, OperationRecord record, bool mayArm, CancellationToken cancellationToken);

    /// <summary>Create: uploads the share that was cut at the instant.</summary>
    Task<StoredShare> TransferAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken);

    /// <summary>Restore: brings back what of the backup belongs on this node, unseen, and keeps it until <see cref="SettleAsync"/>.</summary>
    Task StageAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Gives up what this node holds of any other operation than this one: cuts, leases, staged shards. Of this one, too, if it has ended: a create
    /// however it ended, a restore unless it is done. Called at the start, and whenever an operation has ended.
    /// </summary>
    /// <param name="record">The present or last operation; null if there never was one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken);
}
