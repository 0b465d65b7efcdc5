using System.Collections.Immutable;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>What a coordinator does in the repository of a backup: the calls of <see cref="ICoordinatorWork"/> about backups.</summary>
/// <param name="repositoryOf">The repository of the backup module that a plan names.</param>
internal sealed class RepositoryCoordinator(Func<OperationPlan, CancellationToken, Task<BackupRepository>> repositoryOf)
{
    /// <inheritdoc cref="ICoordinatorWork.ClaimAsync"/>
    public async Task<BackupTicket> ClaimAsync(OperationPlan plan, CancellationToken cancellationToken) =>
        await (await repositoryOf(plan, cancellationToken))
            .ClaimAsync(new BackupRequest(plan.Id), plan.Classes, plan.Participants, plan.Operation, cancellationToken);

    /// <inheritdoc cref="ICoordinatorWork.FindClaimAsync"/>
    public async Task<BackupTicket?> FindClaimAsync(OperationPlan plan, CancellationToken cancellationToken) =>
        await (await repositoryOf(plan, cancellationToken)).FindClaimAsync(plan.Id, plan.Operation, cancellationToken);

    /// <inheritdoc cref="ICoordinatorWork.KeepAlive"/>
    public IAsyncDisposable KeepAlive(OperationPlan plan, BackupTicket ticket) => new LateHeartbeat(token => repositoryOf(plan, token), ticket);

    /// <inheritdoc cref="ICoordinatorWork.CommitAsync"/>
    public async Task<BackupState> CommitAsync(
        OperationPlan plan, BackupTicket ticket, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken) =>
        (await (await repositoryOf(plan, cancellationToken)).CommitAsync(ticket, shares, cancellationToken)).State;

    /// <inheritdoc cref="ICoordinatorWork.EndAsync"/>
    public async Task<BackupState> EndAsync(
        OperationPlan plan, BackupTicket ticket, bool isCanceled, string reason, CancellationToken cancellationToken)
    {
        BackupRepository repository = await repositoryOf(plan, cancellationToken);
        return isCanceled ? await repository.CancelAsync(ticket, cancellationToken) : await repository.FailAsync(ticket, reason, cancellationToken);
    }
}
