using System.Collections.Immutable;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// What a coordinator does besides deciding. Each call may come again, from another node too, and in two nodes at once: the repository and the
/// store let the first one count. <see cref="BackupException"/> with <see cref="BackupError.BackendFailure"/> is tried again, any other fails the operation.
/// </summary>
internal interface ICoordinatorWork
{
    /// <summary>The cluster's clock.</summary>
    long Clock { get; }

    /// <summary>Create: claims the id for <see cref="OperationPlan.Operation"/>.</summary>
    Task<BackupTicket> ClaimAsync(OperationPlan plan, CancellationToken cancellationToken);

    /// <summary>Create: the claim of the operation, if it was made.</summary>
    Task<BackupTicket?> FindClaimAsync(OperationPlan plan, CancellationToken cancellationToken);

    /// <summary>Create: shows that somebody works on it, until disposed.</summary>
    IAsyncDisposable KeepAlive(OperationPlan plan, BackupTicket ticket);

    /// <summary>Create: checks all shares and commits them.</summary>
    /// <returns>How the attempt has ended.</returns>
    Task<BackupState> CommitAsync(OperationPlan plan, BackupTicket ticket, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken);

    /// <summary>Create: ends the attempt without success, unless it has ended otherwise.</summary>
    /// <returns>How it has ended.</returns>
    Task<BackupState> EndAsync(OperationPlan plan, BackupTicket ticket, bool isCanceled, string reason, CancellationToken cancellationToken);

    /// <summary>Restore: prepares what makes everything visible. Called again when one of its conditions no longer held.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="record">The record.</param>
    /// <param name="fence">What has to hold of whatever is written for it: that this node coordinates yet, and the operation has not ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<Publication> PublishAsync(OperationPlan plan, OperationRecord record, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken);

    /// <summary>What the work for an operation leaves in the store that is of no use when it ends without success.</summary>
    ImmutableArray<KeyRange> LeftoversOf(OperationPlan plan);
}
