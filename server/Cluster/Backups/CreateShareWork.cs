using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>A node's work for its share in a backup. One call at a time, as of <see cref="IShareWork"/>, whose calls about backups these are.</summary>
/// <param name="serviceOf">The service of the backup module that a plan names.</param>
/// <param name="clock">The cluster's clock.</param>
/// <param name="schema">The classes of this node.</param>
internal sealed class CreateShareWork(Func<OperationPlan, CancellationToken, Task<BackupService>> serviceOf, ICutClock clock, ICutSchema schema)
{
    private volatile BackupShare? _share;
    private CutClasses? _classes;

    /// <inheritdoc cref="IShareWork.Progress"/>
    public BackupProgress? Progress => _share?.Progress;

    /// <inheritdoc cref="IShareWork.PrepareAsync"/>
    public Task PrepareAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) =>
        OpenAsync(plan, record, cancellationToken);

    /// <inheritdoc cref="IShareWork.CutAsync"/>
    public async Task<CutResult> CutAsync(OperationPlan plan, OperationRecord record, bool mayArm, CancellationToken cancellationToken)
    {
        long instant = record.Instant ?? throw new InvalidOperationException("There is no instant to cut at.");
        BackupShare share = await OpenAsync(plan, record, cancellationToken);
        if (share.Cut is { } cut && cut.Instant == instant)
        {
            return CutResult.Made(cut.Pause, _classes is null ? null : await _classes.Description);
        }

        await share.ReleaseAsync(cancellationToken);
        _classes = null;
        Task<ShareCut>? cutting = null;
        using IArmedCut? armed = mayArm ? clock.Arm(instant, BeginAsync) : null;
        if (armed is null)
        {
            return CutResult.Passed(clock.Now);
        }

        await armed.Made.WaitAsync(cancellationToken);
        ShareCut made = await cutting!;
        string? description = await _classes!.Description;
        return _classes.OtherOwner is { } outsider
            ? throw new BackupException(
                BackupError.InvalidRequest, $"node '{outsider}' has come to have shards of the classes and takes no part; start the backup again.", record.Id)
            : CutResult.Made(made.Pause, description);

        // Requests are let in again as soon as the cut is made; the flush that it begins takes longer.
        Task BeginAsync()
        {
            var isMade = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var classes = new CutClasses(schema, plan);
            _classes = classes;
            cutting = share.CutAsync(
                instant,
                () =>
                {
                    classes.OnCut();
                    isMade.TrySetResult();
                },
                CancellationToken.None);
            return Task.WhenAny(isMade.Task, cutting);
        }
    }

    /// <inheritdoc cref="IShareWork.TransferAsync"/>
    public async Task<StoredShare> TransferAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        BackupShare share = await OpenAsync(plan, record, cancellationToken);
        return share.Cut is { } cut && cut.Instant == record.Instant
            ? await share.TransferAsync(plan.CpuPercentage, cancellationToken)
            : throw new BackupException(
                BackupError.DatabaseFailure, "what it had cut is gone: it was away for longer than the engine keeps it.", record.Id);
    }

    /// <inheritdoc cref="IShareWork.SettleAsync"/>
    /// <remarks>Leases that an earlier run of the process left are released by <see cref="BackupService.RecoverAsync"/>.</remarks>
    public async Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken)
    {
        if (_share is { } share && (record is null || record.IsFinal || record.AttemptUlid != share.Ticket.AttemptUlid))
        {
            await share.ReleaseAsync(cancellationToken);
            await share.DisposeAsync();
            _share = null;
        }
    }

    private async Task<BackupShare> OpenAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) =>
        _share ??= await (await serviceOf(plan, cancellationToken)).OpenShareAsync(record.ToTicket(plan), cancellationToken);
}
