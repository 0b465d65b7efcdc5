using Basalt.Backup;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>A node's work, without bytes.</summary>
internal sealed class FakeShareWork(string node, FakeDisk disk, FakeRepository repository, TimeProvider clock) : IShareWork
{
    /// <summary>Called at the begin of each step.</summary>
    public Func<ShareStep, CancellationToken, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>What settling fails with; null for nothing.</summary>
    public Exception? SettleFailure { get; set; }

    /// <summary>The operation that was settled last, and whether it had ended.</summary>
    public (Guid Operation, bool HasEnded)? Settled { get; private set; }

    public BackupProgress? Progress => null;

    public async Task PrepareAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        await Before(ShareStep.Prepare, cancellationToken);
        if (!repository.HasClaim(plan))
        {
            throw new BackupException(BackupError.NotFound, "no claim");
        }
    }

    public async Task<CutResult> CutAsync(OperationPlan plan, OperationRecord record, bool mayArm, CancellationToken cancellationToken)
    {
        await Before(ShareStep.Cut, cancellationToken);
        long instant = record.Instant!.Value;
        if (disk.Cut == (plan.Operation, instant))
        {
            return CutResult.Made(TimeSpan.Zero, "same");
        }

        if (!mayArm || repository.Clock >= instant)
        {
            return CutResult.Passed(repository.Clock);
        }

        while (repository.Clock < instant)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock, cancellationToken);
        }

        disk.MakeCut(plan.Operation, instant);
        return CutResult.Made(TimeSpan.FromMicroseconds(20), "same");
    }

    public async Task<StoredShare> TransferAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        await Before(ShareStep.Transfer, cancellationToken);
        if (disk.Cut != (plan.Operation, record.Instant!.Value))
        {
            throw new BackupException(BackupError.InvalidRequest, "The cut is gone.");
        }

        repository.Shares[(record.AttemptUlid!, node)] = record.Instant.Value;
        return new StoredShare(node, $"{plan.Id}/0001/{node}/node.json", new string('0', 64));
    }

    public async Task StageAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        await Before(ShareStep.Stage, cancellationToken);
        disk.Staged = plan.Operation;
    }

    public Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken)
    {
        if (SettleFailure is not null)
        {
            throw SettleFailure;
        }

        if (record is null || record.IsFinal || disk.Cut?.Operation != record.Operation)
        {
            disk.GiveUp();
        }

        if (disk.Staged is { } staged && (staged != record?.Operation || (record.IsFinal && record.Phase != OperationPhase.Done)))
        {
            disk.Staged = null;
        }

        Settled = record is null ? null : (record.Operation, record.IsFinal);
        return Task.CompletedTask;
    }
}
